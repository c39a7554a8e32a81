//! The audit trail: who did what, to whom, where and when.

use portcullis_core::{OrgId, UserId};
use portcullis_middleware::port::StoreError;
use serde_json::Value;
use sqlx::AnyConnection;
use uuid::Uuid;

use crate::{
    Database,
    stored::{self, OrUnavailable},
};

/// What is to be recorded.
///
/// # Security
/// `target` and `detail` are shown to holders of audit rights: no secrets in them.
#[derive(Clone, Debug)]
pub struct AuditNote<'a> {
    /// Where; `None` for what belongs to no organization.
    pub organization: Option<OrgId>,
    /// Who; `None` for the system itself.
    pub actor: Option<UserId>,
    /// What, for example `role.permissions_set`.
    pub action: &'a str,
    /// To whom or what.
    pub target: &'a str,
    /// The rest.
    pub detail: Value,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Its place in the trail: later entries have greater ids.
    pub id: Uuid,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Where.
    pub organization: Option<OrgId>,
    /// Who.
    pub actor: Option<UserId>,
    /// What.
    pub action: String,
    /// To whom or what.
    pub target: String,
    /// The rest.
    pub detail: Value,
}

impl<'a> AuditNote<'a> {
    /// An act of a person, to be placed in an organization by the one who records it.
    #[must_use]
    pub fn by(actor: UserId, action: &'a str, target: &'a str, detail: Value) -> Self {
        Self { organization: None, actor: Some(actor), action, target, detail }
    }
}

impl Database {
    /// Records something that no other method records by itself.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn record_audit(&self, note: &AuditNote<'_>) -> Result<(), StoreError> {
        let mut connection = self.pool().acquire().await.or_unavailable()?;
        insert(&mut connection, self.now(), note).await.or_unavailable()
    }

    /// The trail of an organization, the latest first; `before` is the last id of the page before.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn audit_of(
        &self,
        organization: OrgId,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, at, org_id, actor, action, target, detail FROM audit_log
             WHERE org_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(organization.to_string())
        .bind(before.unwrap_or(Uuid::max()).to_string())
        .bind(i64::from(limit))
        .fetch_all(self.pool())
        .await
        .or_unavailable()?;
        rows.into_iter().map(AuditEntry::from_row).collect::<Result<_, _>>().or_unavailable()
    }
}

pub(crate) async fn insert(connection: &mut AnyConnection, now: i64, note: &AuditNote<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit_log (id, at, org_id, actor, action, target, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(now)
    .bind(note.organization.map(|id| id.to_string()))
    .bind(note.actor.map(|id| id.to_string()))
    .bind(note.action)
    .bind(note.target)
    .bind(stored::to_json(&note.detail)?)
    .execute(connection)
    .await
    .map(drop)
}

type Row = (String, i64, Option<String>, Option<String>, String, String, String);

impl AuditEntry {
    fn from_row((id, at, organization, actor, action, target, detail): Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: stored::parse(&id)?,
            at,
            organization: organization.as_deref().map(stored::parse).transpose()?,
            actor: actor.as_deref().map(stored::parse).transpose()?,
            action,
            target,
            detail: stored::from_json(&detail)?,
        })
    }
}
