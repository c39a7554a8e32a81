//! First rows: people, organizations, roles and memberships before anybody can administer them.

use portcullis_core::{OrgId, OrgSlug, Secret, UserId};
use portcullis_middleware::port::StoreError;
use uuid::Uuid;

use crate::{
    Database, RoleDraft, membership, organization, role,
    stored::{self, OrUnavailable},
};

/// Writes first rows. Whatever is there already stays as it is.
///
/// # Security
/// Asks nobody for permission and writes no audit trail: for set-up code and tests, never behind a
/// request. Nobody hears of the changes, so it belongs before the first request.
#[derive(Clone, Copy, Debug)]
pub struct Seeder<'a> {
    database: &'a Database,
}

impl Database {
    /// Writes first rows, unasked.
    #[must_use]
    pub const fn seeder(&self) -> Seeder<'_> {
        Seeder { database: self }
    }
}

impl Seeder<'_> {
    /// Whether nobody and nothing is there yet.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let (rows,): (i64,) =
            sqlx::query_as("SELECT (SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM organizations)")
                .fetch_one(self.database.pool())
                .await
                .or_unavailable()?;
        Ok(rows == 0)
    }

    /// Makes a person; with a password hash (PHC form), an account that signs in here.
    /// Whoever seeds it vouches for its address. The account that has the address already is left as it is.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn create_user(
        &self,
        email: &str,
        name: &str,
        password_hash: Option<&Secret<String>>,
    ) -> Result<UserId, StoreError> {
        let email = email.trim().to_lowercase();
        let create = async {
            let mut transaction = self.database.begin().await?;
            sqlx::query(
                "INSERT INTO users (id, email, name, password_hash, email_verified, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            )
            .bind(Uuid::now_v7().to_string())
            .bind(&email)
            .bind(name)
            .bind(password_hash.map(|hash| hash.expose().as_str()))
            .bind(i64::from(password_hash.is_some()))
            .bind(self.database.now())
            .execute(&mut *transaction)
            .await?;
            let (id,): (String,) = sqlx::query_as(
                "SELECT id FROM users WHERE email = $1
                 ORDER BY CASE WHEN password_hash IS NULL THEN 1 ELSE 0 END, id DESC LIMIT 1",
            )
            .bind(&email)
            .fetch_one(&mut *transaction)
            .await?;
            transaction.commit().await?;
            stored::parse(&id)
        };
        create.await.or_unavailable()
    }

    /// Makes an organization, open to its members.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn create_organization(&self, slug: OrgSlug, name: &str) -> Result<OrgId, StoreError> {
        let create = async {
            let mut transaction = self.database.begin().await?;
            organization::insert(&mut transaction, &slug, name, self.database.now()).await?;
            let (id,): (String,) = sqlx::query_as("SELECT id FROM organizations WHERE slug = $1")
                .bind(slug.as_str())
                .fetch_one(&mut *transaction)
                .await?;
            transaction.commit().await?;
            stored::parse(&id)
        };
        create.await.or_unavailable()
    }

    /// Makes a role that confers these permissions.
    ///
    /// # Errors
    /// When a permission is not declared, or the store cannot answer.
    pub async fn create_role(
        &self,
        organization: OrgId,
        name: &str,
        label: &str,
        description: &str,
        permissions: &[&str],
    ) -> Result<(), StoreError> {
        self.declared(permissions)?;
        let permissions = permissions.iter().map(|key| (*key).to_owned()).collect();
        let create = async {
            let mut transaction = self.database.begin().await?;
            let draft = RoleDraft { name, label, description, permissions: &[] };
            if let Some(id) = role::insert(&mut transaction, organization, &draft).await? {
                role::confer(&mut transaction, &id, &permissions).await?;
            }
            transaction.commit().await
        };
        create.await.or_unavailable()
    }

    /// Makes somebody a member with these roles.
    ///
    /// # Errors
    /// When a role is not there, or the store cannot answer.
    pub async fn add_membership(&self, user: UserId, organization: OrgId, roles: &[&str]) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await.or_unavailable()?;
        membership::insert(&mut transaction, user, organization, self.database.now()).await.or_unavailable()?;
        for name in roles {
            let id = membership::find_role(&mut transaction, organization, name).await.or_unavailable()?;
            let id = id.ok_or_else(|| StoreError::new(format!("there is no role `{name}`")))?;
            membership::give_role(&mut transaction, user, organization, &id, "").await.or_unavailable()?;
        }
        transaction.commit().await.or_unavailable()
    }

    /// Gives a service permissions in an organization.
    ///
    /// # Errors
    /// When a permission is not declared, or the store cannot answer.
    pub async fn grant_service(
        &self,
        client_id: &str,
        organization: OrgId,
        permissions: &[&str],
    ) -> Result<(), StoreError> {
        self.declared(permissions)?;
        for permission in permissions {
            sqlx::query(
                "INSERT INTO client_permissions (client_id, org_id, permission) VALUES ($1, $2, $3)
                 ON CONFLICT (client_id, org_id, permission) DO NOTHING",
            )
            .bind(client_id)
            .bind(organization.to_string())
            .bind(*permission)
            .execute(self.database.pool())
            .await
            .or_unavailable()?;
        }
        Ok(())
    }

    fn declared(&self, permissions: &[&str]) -> Result<(), StoreError> {
        match permissions.iter().find(|key| self.database.vocabulary.find(key).is_none()) {
            Some(key) => Err(StoreError::new(format!("there is no permission `{key}`"))),
            None => Ok(()),
        }
    }
}
