//! People make keys for their programs, see them, and take them back.

use aws_lc_rs::rand;
use portcullis_core::{AccessContext, KeyId, OrgId, Secret, UserId};
use portcullis_middleware::{
    api_key::KeyText,
    port::{Change, StoreError},
};
use serde_json::json;
use sqlx::{Any, any::AnyArguments, query::Query, query_as};
use uuid::Uuid;

use crate::{
    Actor, AuditNote, Database, audit, membership,
    role::did_you_mean,
    stored::{self, OrUnavailable},
    write::Write,
};

/// A key as its owner and administrators see it: nothing of it opens anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its public name, which stands behind `pck_` in its text.
    pub id: KeyId,
    /// What its owner calls it.
    pub name: String,
    /// Who made it.
    pub owner: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// The owner's address.
    pub owner_email: String,
    /// The keys of what it may do at most, sorted.
    pub permissions: Vec<String>,
    /// When it was made, in seconds since 1970.
    pub created_at: i64,
    /// When it ends, in seconds since 1970.
    pub expires_at: Option<i64>,
    /// When it was used last, in seconds since 1970 and to the minute.
    pub last_used: Option<i64>,
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct ApiKeyDraft<'a> {
    /// A few words for people: 1 to 100 characters.
    pub name: &'a str,
    /// The keys of what it may do at most.
    pub permissions: &'a [String],
    /// When it ends, in seconds since 1970; `None` when it is revoked.
    pub expires_at: Option<i64>,
}

/// A key that was just made.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What stays visible.
    pub key: ApiKey,
    /// The key itself: shown now and never again.
    pub secret: Secret<String>,
}

/// A key could not be made or revoked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// The maker does not hold it, and so cannot hand it on.
    #[error("`{permission}` can only be given to a key by somebody who holds it")]
    Lacking {
        /// Which.
        permission: String,
    },
    /// Too long, or nothing but spaces.
    #[error("a key's name has 1 to 100 characters")]
    Name,
    /// There is no such key here.
    #[error("there is no such key")]
    NotFound,
    /// A service or a key asked; or somebody who does not belong to an organization.
    #[error("only a member can make a key, and a key makes no other")]
    NotAMember,
    /// It would never be good.
    #[error("the key would have ended already")]
    Over,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The application declares no such permission.
    #[error("there is no permission `{key}`{}", did_you_mean(*.nearest))]
    UnknownPermission {
        /// As it was written.
        key: String,
        /// The one that was meant, perhaps.
        nearest: Option<&'static str>,
    },
}

impl Database {
    /// Makes a key of the person in the organization that they entered, and records it.
    ///
    /// # Errors
    /// When the draft is not sound, the maker is no person, does not belong there or lacks a permission, or the
    /// store cannot answer.
    ///
    /// # Security
    /// The secret in the answer is the only copy there is. Whoever came with a key is refused
    /// ([`ApiKeyError::NotAMember`]), or a key that leaked would outlive its revocation.
    pub async fn create_api_key(
        &self,
        maker: &AccessContext,
        draft: &ApiKeyDraft<'_>,
    ) -> Result<NewApiKey, ApiKeyError> {
        let user = maker.principal().user().ok_or(ApiKeyError::NotAMember)?;
        let organization = maker.organization().ok_or(ApiKeyError::NotAMember)?.organization().id;
        let key = ApiKey {
            id: KeyId::from_uuid(Uuid::now_v7()),
            name: name(draft.name)?,
            owner: user.id,
            owner_name: user.name.as_ref().to_owned(),
            owner_email: user.email.as_ref().to_owned(),
            permissions: self.handed_on(maker, draft.permissions)?,
            created_at: self.now(),
            expires_at: draft.expires_at,
            last_used: None,
        };
        if key.expires_at.is_some_and(|at| at <= key.created_at) {
            return Err(ApiKeyError::Over);
        }
        let text = KeyText::new(key.id, &random()?);

        let mut write = Write::begin(self).await?;
        if !membership::is_member(write.connection(), user.id, organization).await? {
            return Err(ApiKeyError::NotAMember);
        }
        let subject = &maker.principal().subject;
        sqlx::query(
            "INSERT INTO api_keys (id, digest, user_id, org_id, issuer, subject, provider, name, permissions,
                                   created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(key.id.to_string())
        .bind(text.digest().as_str())
        .bind(user.id.to_string())
        .bind(organization.to_string())
        .bind(subject.issuer.as_ref())
        .bind(subject.id.as_ref())
        .bind(maker.principal().provider.as_ref())
        .bind(&key.name)
        .bind(stored::to_json(&key.permissions)?)
        .bind(key.created_at)
        .bind(key.expires_at)
        .execute(write.connection())
        .await?;
        let detail = json!({ "name": key.name, "permissions": key.permissions, "expires_at": key.expires_at });
        let target = key.id.to_string();
        let note = AuditNote::by(user.id, "api_key.created", &target, detail);
        let note = AuditNote { organization: Some(organization), ..note };
        audit::insert(write.connection(), key.created_at, &note).await?;
        write.commit().await?;
        Ok(NewApiKey { key, secret: text.reveal() })
    }

    /// A person's keys in an organization, the latest first; those whose time is over too, for a while.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn api_keys_of(&self, organization: OrgId, owner: UserId) -> Result<Vec<ApiKey>, StoreError> {
        let rows = query_as::<_, Row>(
            "SELECT k.id, k.name, k.permissions, k.created_at, k.expires_at, k.last_used, u.id, u.name, u.email
             FROM api_keys k JOIN users u ON u.id = k.user_id
             WHERE k.org_id = $1 AND k.user_id = $2 ORDER BY k.id DESC",
        )
        .bind(organization.to_string())
        .bind(owner.to_string())
        .fetch_all(self.pool());
        rows.await.and_then(keys).or_unavailable()
    }

    /// Every key of an organization, the latest first: for its administrators.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn api_keys_in(&self, organization: OrgId) -> Result<Vec<ApiKey>, StoreError> {
        let rows = query_as::<_, Row>(
            "SELECT k.id, k.name, k.permissions, k.created_at, k.expires_at, k.last_used, u.id, u.name, u.email
             FROM api_keys k JOIN users u ON u.id = k.user_id
             WHERE k.org_id = $1 ORDER BY k.id DESC",
        )
        .bind(organization.to_string())
        .fetch_all(self.pool());
        rows.await.and_then(keys).or_unavailable()
    }

    /// Takes back a key of one's own; the gate hears of it.
    ///
    /// # Errors
    /// When the person has no such key there, or the store cannot answer.
    pub async fn revoke_own_api_key(&self, organization: OrgId, owner: UserId, key: KeyId) -> Result<(), ApiKeyError> {
        let deleted = sqlx::query("DELETE FROM api_keys WHERE id = $1 AND org_id = $2 AND user_id = $3")
            .bind(key.to_string())
            .bind(organization.to_string())
            .bind(owner.to_string());
        self.revoke(organization, owner, key, deleted).await
    }

    /// Takes back anybody's key in an organization; the gate hears of it.
    ///
    /// # Errors
    /// When there is no such key there, or the store cannot answer.
    ///
    /// # Security
    /// That the actor administers the organization is the caller's to enforce.
    pub async fn revoke_api_key(&self, organization: OrgId, actor: UserId, key: KeyId) -> Result<(), ApiKeyError> {
        let deleted = sqlx::query("DELETE FROM api_keys WHERE id = $1 AND org_id = $2")
            .bind(key.to_string())
            .bind(organization.to_string());
        self.revoke(organization, actor, key, deleted).await
    }

    async fn revoke(
        &self,
        organization: OrgId,
        actor: UserId,
        key: KeyId,
        delete: Query<'_, Any, AnyArguments>,
    ) -> Result<(), ApiKeyError> {
        let mut write = Write::begin(self).await?;
        if delete.execute(write.connection()).await?.rows_affected() == 0 {
            return Err(ApiKeyError::NotFound);
        }
        let target = key.to_string();
        let note = AuditNote::by(actor, "api_key.revoked", &target, json!({}));
        let note = AuditNote { organization: Some(organization), ..note };
        audit::insert(write.connection(), self.now(), &note).await?;
        write.tell(Change::ApiKeyRevoked(key));
        Ok(write.commit().await?)
    }

    /// These permissions sorted and once each, when the application declares them and the maker holds them.
    fn handed_on(&self, maker: &AccessContext, keys: &[String]) -> Result<Vec<String>, ApiKeyError> {
        let actor = Actor::of(maker).ok_or(ApiKeyError::NotAMember)?;
        let mut known: Vec<String> = Vec::with_capacity(keys.len());
        for key in keys {
            let Some(permission) = self.vocabulary.find(key) else {
                return Err(ApiKeyError::UnknownPermission { key: key.clone(), nearest: self.vocabulary.nearest(key) });
            };
            if actor.lacks([permission]).is_some() {
                return Err(ApiKeyError::Lacking { permission: key.clone() });
            }
            known.push(key.clone());
        }
        known.sort_unstable();
        known.dedup();
        Ok(known)
    }
}

impl From<sqlx::Error> for ApiKeyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}

fn name(name: &str) -> Result<String, ApiKeyError> {
    let name = name.trim();
    let fits = (1..=100).contains(&name.chars().count());
    if fits { Ok(name.to_owned()) } else { Err(ApiKeyError::Name) }
}

fn random() -> Result<[u8; 32], ApiKeyError> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).or_unavailable()?;
    Ok(bytes)
}

type Row = (String, String, String, i64, Option<i64>, Option<i64>, String, String, String);

fn keys(rows: Vec<Row>) -> Result<Vec<ApiKey>, sqlx::Error> {
    let key = |(id, name, permissions, created_at, expires_at, last_used, owner, owner_name, owner_email): Row| {
        Ok(ApiKey {
            id: stored::parse(&id)?,
            name,
            owner: stored::parse(&owner)?,
            owner_name,
            owner_email,
            permissions: stored::from_json(&permissions)?,
            created_at,
            expires_at,
            last_used,
        })
    };
    rows.into_iter().map(key).collect()
}
