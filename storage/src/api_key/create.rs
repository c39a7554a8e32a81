//! People make keys for their programs.

use aws_lc_rs::rand;
use portcullis_core::{AccessContext, KeyId, Secret};
use portcullis_middleware::api_key::KeyText;
use serde_json::json;
use uuid::Uuid;

use super::{ApiKey, ApiKeyError};
use crate::{
    Actor, AuditNote, Database, audit, membership,
    stored::{self, OrUnavailable},
    write::Write,
};

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

impl Database {
    /// Makes a key of the person in the organization that they entered, and records it.
    ///
    /// # Errors
    /// When the draft is not sound, the maker is no person, does not belong there or lacks a permission, or the
    /// store cannot answer.
    ///
    /// # Security
    /// The secret in the answer is the only copy there is. Whoever came with a key is refused
    /// ([`ApiKeyError::NotAMember`]), and so is a client's token ([`ApiKeyError::Bound`]): what leaked, or was consented
    /// to for a while, would outlive its revocation.
    pub async fn create_api_key(
        &self,
        maker: &AccessContext,
        draft: &ApiKeyDraft<'_>,
    ) -> Result<NewApiKey, ApiKeyError> {
        let user = maker.principal().user().ok_or(ApiKeyError::NotAMember)?;
        if maker.principal().claimed.as_ref().is_some_and(|claimed| claimed.bound_to.is_some()) {
            return Err(ApiKeyError::Bound);
        }
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
