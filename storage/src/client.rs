//! OAuth clients.

use std::sync::Arc;

use async_trait::async_trait;
use portcullis_core::OrgId;
use portcullis_middleware::port::{Change, StoreError};
use portcullis_provider::port::{Client, Clients};
use sqlx::{Any, any::AnyArguments, query::Query, query_as};

use crate::{
    Database,
    stored::{self, OrUnavailable},
    write::Write,
};

#[async_trait]
impl Clients for Database {
    async fn client(&self, client_id: &str) -> Result<Option<Arc<Client>>, StoreError> {
        let now = self.now();
        if let Some(client) = self.known.client(client_id, now) {
            return Ok(Some(client));
        }
        let edition = self.known.edition();
        let row: Option<(String,)> = query_as("SELECT record FROM clients WHERE client_id = $1")
            .bind(client_id)
            .fetch_optional(self.pool())
            .await
            .or_unavailable()?;
        let client: Option<Arc<Client>> =
            row.map(|(record,)| stored::from_json(&record).map(Arc::new)).transpose().or_unavailable()?;
        if let Some(client) = &client {
            self.known.keep_client(client, edition, now);
        }
        Ok(client)
    }
}

impl Database {
    /// Forgets every client that is not listed, with what it was given. Those that registered themselves stay.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn keep_clients(&self, listed: &[&str]) -> Result<(), StoreError> {
        let known: Vec<(String,)> = query_as("SELECT client_id FROM clients WHERE registration_token IS NULL")
            .fetch_all(self.pool())
            .await
            .or_unavailable()?;
        for (client_id,) in known.iter().filter(|(known,)| !listed.contains(&known.as_str())) {
            self.set_service_permissions(client_id, &[]).await?;
            self.change_client(client_id, sqlx::query("DELETE FROM clients WHERE client_id = $1").bind(client_id))
                .await
                .or_unavailable()?;
        }
        Ok(())
    }

    /// Gives a client that acts for itself exactly these permissions, and tells of what changed.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn set_service_permissions(
        &self,
        client_id: &str,
        granted: &[(OrgId, Vec<String>)],
    ) -> Result<(), StoreError> {
        let set = async {
            let mut write = Write::begin(self).await?;
            let before: Vec<(String,)> =
                query_as("DELETE FROM client_permissions WHERE client_id = $1 RETURNING org_id")
                    .bind(client_id)
                    .fetch_all(write.connection())
                    .await?;
            for (organization, permissions) in granted {
                for permission in permissions {
                    sqlx::query(
                        "INSERT INTO client_permissions (client_id, org_id, permission) VALUES ($1, $2, $3)
                         ON CONFLICT (client_id, org_id, permission) DO NOTHING",
                    )
                    .bind(client_id)
                    .bind(organization.to_string())
                    .bind(permission)
                    .execute(write.connection())
                    .await?;
                }
            }
            let mut concerned: Vec<OrgId> = granted.iter().map(|(organization, _)| *organization).collect();
            for (id,) in &before {
                concerned.push(stored::parse(id)?);
            }
            concerned.sort_unstable();
            concerned.dedup();
            for organization in concerned {
                write.tell(Change::Organization(organization));
            }
            write.commit().await
        };
        set.await.or_unavailable()
    }

    /// Puts a client of the configuration, or replaces what was registered under its identifier.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn put_client(&self, client: &Client) -> Result<(), StoreError> {
        let put = sqlx::query(
            "INSERT INTO clients (client_id, record) VALUES ($1, $2)
             ON CONFLICT (client_id) DO UPDATE
             SET record = excluded.record, registration_token = NULL, registration = NULL",
        );
        let put = put.bind(&client.client_id).bind(stored::to_json(client).or_unavailable()?);
        self.change_client(&client.client_id, put).await.or_unavailable().map(drop)
    }

    /// Changes a client, and tells of it; how many rows it was.
    pub(crate) async fn change_client(
        &self,
        client_id: &str,
        change: Query<'_, Any, AnyArguments>,
    ) -> Result<u64, sqlx::Error> {
        let mut write = Write::begin(self).await?;
        let changed = change.execute(write.connection()).await?.rows_affected();
        write.tell(Change::Client(client_id.to_owned()));
        write.commit().await?;
        Ok(changed)
    }
}
