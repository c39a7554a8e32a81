//! A change of access within one organization: revision, audit entry and news are part of it.

use portcullis_core::{OrgId, UserId};
use portcullis_middleware::port::Change;
use sqlx::AnyConnection;

use crate::{AuditNote, Database, audit, write::Write};

/// A change in progress. It holds the organization's row, so that changes of one organization
/// follow each other, and invariants checked inside it hold after it.
pub(crate) struct OrganizationChange {
    write: Write,
    organization: OrgId,
    now: i64,
}

impl OrganizationChange {
    /// Begins one; `None` if there is no such organization.
    pub(crate) async fn begin(database: &Database, organization: OrgId) -> Result<Option<Self>, sqlx::Error> {
        let mut write = Write::begin(database).await?;
        let raised = sqlx::query("UPDATE organizations SET revision = revision + 1 WHERE id = $1")
            .bind(organization.to_string())
            .execute(write.connection())
            .await?
            .rows_affected();
        Ok((raised == 1).then(|| Self { write, organization, now: database.now() }))
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        self.write.connection()
    }

    /// What else ends with the change, and is told with it.
    pub(crate) const fn write(&mut self) -> &mut Write {
        &mut self.write
    }

    /// The list of organizations of this person, or the roles in it, changes too.
    pub(crate) fn concerns(&mut self, user: UserId) {
        self.write.tell(Change::User(user));
    }

    /// Commits with an audit entry: there is no change without one.
    pub(crate) async fn commit(mut self, note: AuditNote<'_>) -> Result<(), sqlx::Error> {
        let note = AuditNote { organization: Some(self.organization), ..note };
        audit::insert(self.write.connection(), self.now, &note).await?;
        self.write.tell(Change::Organization(self.organization));
        self.write.commit().await
    }
}
