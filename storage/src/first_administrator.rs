//! The first administrator: whoever started the portal proves it by a token and claims it, once.

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_core::{OrgId, OrgSlug, Secret, UserId};
use portcullis_middleware::port::{Change, StoreError};
use portcullis_provider::port::Digest;
use serde_json::json;
use sqlx::{AnyConnection, query_as};
use uuid::Uuid;

use crate::{
    AuditNote, Database, ORG_OWNER, RoleDraft, RoleError, audit, membership, organization, role,
    stored::{self, OrUnavailable},
    write::Write,
};

/// How long a token is good, in seconds: a day.
const LIFETIME: i64 = 24 * 60 * 60;

/// Who is to administer, and what.
#[derive(Clone, Debug)]
pub struct FirstAdministrator<'a> {
    /// The address to sign in with.
    pub email: &'a str,
    /// The name.
    pub name: &'a str,
    /// The password's hash in PHC form.
    pub password_hash: &'a Secret<String>,
    /// The first organization's name in URLs.
    pub slug: OrgSlug,
    /// Its name for people.
    pub organization: &'a str,
    /// Its roles beside [`ORG_OWNER`], which holds everything.
    pub roles: &'a [RoleDraft<'a>],
}

/// The portal could not be claimed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// Nobody could sign in with it.
    #[error("this is no e-mail address")]
    Email,
    /// A name of nothing but spaces.
    #[error("a person and an organization need a name")]
    EmptyName,
    /// Another organization has the slug.
    #[error("there is an organization with this name in URLs already")]
    Exists,
    /// Never given out, replaced, used or too old; or somebody is there already.
    #[error("the token is not good: start the portal again for a new one")]
    NotGood,
    /// One of the roles is not sound.
    #[error(transparent)]
    Role(#[from] RoleError),
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// A token by which the first person makes themself the owner of the first organization; `None` once there is
    /// anybody. It is good for a day, and the one before it no more.
    ///
    /// # Errors
    /// When the store cannot answer.
    ///
    /// # Security
    /// Print it where only whoever starts the portal reads: it is as good as every right there is.
    pub async fn first_administrator_token(&self) -> Result<Option<Secret<String>>, StoreError> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).or_unavailable()?;
        let token = Secret::new(URL_SAFE_NO_PAD.encode(bytes));
        let kept = self.keep_first_token(&token).await.or_unavailable()?;
        Ok(kept.then_some(token))
    }

    /// Makes the first person, the first organization and their ownership, and uses the token up. Of any number at once
    /// one succeeds.
    ///
    /// # Errors
    /// When the token is not good, what is to be made is not sound, or the store cannot answer.
    pub async fn claim_first_administrator(
        &self,
        token: &Secret<String>,
        first: &FirstAdministrator<'_>,
    ) -> Result<UserId, ClaimError> {
        let (email, name, organization) =
            (first.email.trim().to_lowercase(), first.name.trim(), first.organization.trim());
        if !is_address(&email) {
            return Err(ClaimError::Email);
        }
        if name.is_empty() || organization.is_empty() {
            return Err(ClaimError::EmptyName);
        }
        let mut write = Write::begin(self).await?;
        if !use_up(write.connection(), token, self.now()).await? || somebody(write.connection()).await? {
            return Err(ClaimError::NotGood);
        }
        let user = UserId::from_uuid(Uuid::now_v7());
        sqlx::query("INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(user.to_string())
            .bind(&email)
            .bind(name)
            .bind(first.password_hash.expose().as_str())
            .bind(self.now())
            .execute(write.connection())
            .await?;
        let made = organization::insert(write.connection(), &first.slug, organization, self.now()).await?;
        let place = made.ok_or(ClaimError::Exists)?;
        self.first_roles(write.connection(), place, first.roles).await?;
        membership::insert(write.connection(), user, place, self.now()).await?;
        let owner = membership::find_role(write.connection(), place, ORG_OWNER).await?;
        let owner = owner.ok_or(sqlx::Error::RowNotFound)?;
        membership::give_role(write.connection(), user, place, &owner, "").await?;

        let target = place.to_string();
        let note = AuditNote::by(user, "organization.claimed", &target, json!({ "slug": first.slug }));
        let note = AuditNote { organization: Some(place), ..note };
        audit::insert(write.connection(), self.now(), &note).await?;
        write.tell(Change::User(user));
        write.tell(Change::Organization(place));
        write.commit().await?;
        Ok(user)
    }

    /// Keeps a token as the only one that is good; false if somebody is there already.
    async fn keep_first_token(&self, token: &Secret<String>) -> Result<bool, sqlx::Error> {
        let mut write = Write::begin(self).await?;
        let nobody = !somebody(write.connection()).await?;
        if nobody {
            sqlx::query(
                "INSERT INTO first_administrator (place, token, expires_at) VALUES (1, $1, $2)
                 ON CONFLICT (place) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at",
            )
            .bind(Digest::of(token.expose()).as_str())
            .bind(self.now() + LIFETIME)
            .execute(write.connection())
            .await?;
        } else {
            sqlx::query("DELETE FROM first_administrator").execute(write.connection()).await?;
        }
        write.commit().await?;
        Ok(nobody)
    }

    async fn first_roles(
        &self,
        connection: &mut AnyConnection,
        organization: OrgId,
        further: &[RoleDraft<'_>],
    ) -> Result<(), ClaimError> {
        let owner = RoleDraft { name: ORG_OWNER, label: "Owner", description: "May do everything.", permissions: &[] };
        let everything = self.vocabulary.iter().map(|(_, info)| info.key.to_owned()).collect();
        let id = role::insert(connection, organization, &owner).await?.ok_or(RoleError::Exists)?;
        role::confer(connection, &id, &everything).await?;
        for draft in further {
            let keys = self.role_keys(draft)?;
            let id = role::insert(connection, organization, draft).await?.ok_or(RoleError::Exists)?;
            role::confer(connection, &id, &keys).await?;
        }
        Ok(())
    }
}

impl From<sqlx::Error> for ClaimError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}

/// Takes the token away; whether it was the good one. Of two at once the second finds it gone.
async fn use_up(connection: &mut AnyConnection, token: &Secret<String>, now: i64) -> Result<bool, sqlx::Error> {
    let used: Vec<(i64,)> =
        query_as("DELETE FROM first_administrator WHERE token = $1 AND expires_at > $2 RETURNING place")
            .bind(Digest::of(token.expose()).as_str())
            .bind(now)
            .fetch_all(connection)
            .await?;
    Ok(stored::sole(used).is_some())
}

async fn somebody(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let (people,): (i64,) = query_as("SELECT COUNT(*) FROM users").fetch_one(connection).await?;
    Ok(people > 0)
}

/// Something before an `@` and something behind it: what is wrong beyond that, no rule finds out.
fn is_address(email: &str) -> bool {
    let parts = email.rsplit_once('@');
    email.len() <= 320
        && !email.contains(char::is_whitespace)
        && parts.is_some_and(|(person, domain)| !person.is_empty() && !domain.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["a@b", "ada.lovelace+portal@acme.example"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "@", "ada", "ada@", "@acme.example", "a da@acme.example", &format!("{}@b", "a".repeat(320))] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
