//! OAuth clients.

use async_trait::async_trait;
use portcullis_middleware::port::StoreError;
use portcullis_provider::port::{Client, Clients};
use sqlx::query_as;

use crate::{
    Database,
    stored::{self, OrUnavailable},
};

#[async_trait]
impl Clients for Database {
    async fn client(&self, client_id: &str) -> Result<Option<Client>, StoreError> {
        let row: Option<(String,)> = query_as("SELECT record FROM clients WHERE client_id = $1")
            .bind(client_id)
            .fetch_optional(self.pool())
            .await
            .or_unavailable()?;
        row.map(|(record,)| stored::from_json(&record)).transpose().or_unavailable()
    }
}

impl Database {
    /// Registers a client, or replaces what was registered under its identifier.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn put_client(&self, client: &Client) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO clients (client_id, record) VALUES ($1, $2)
             ON CONFLICT (client_id) DO UPDATE SET record = excluded.record",
        )
        .bind(&client.client_id)
        .bind(stored::to_json(client).or_unavailable()?)
        .execute(self.pool())
        .await
        .or_unavailable()
        .map(drop)
    }
}
