//! What a person granted to whom: the list, and how to take it back.

use portcullis_core::UserId;

use crate::{Provider, ScopeText, port::StoreError, token::family};

/// What a person lets one client do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentSummary {
    /// The client.
    pub client_id: String,
    /// Its name; its id where it has none or is not registered any more.
    pub client_name: String,
    /// The organization in which it may act, by slug or id.
    pub organization: Option<String>,
    /// What it may do, in words.
    pub scopes: Vec<ScopeText>,
    /// When the person last agreed, in seconds since 1970.
    pub since: i64,
}

impl Provider {
    /// Everything that a person agreed to, the latest first.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn grants_of(&self, user: UserId) -> Result<Vec<ConsentSummary>, StoreError> {
        let server = self.server();
        let mut summaries = Vec::new();
        for consent in server.stores.consents_of(user).await? {
            let client = server.stores.client(&consent.client_id).await?;
            let name = client.map(|client| client.client_name.clone()).filter(|name| !name.is_empty());
            summaries.push(ConsentSummary {
                client_name: name.unwrap_or_else(|| consent.client_id.clone()),
                client_id: consent.client_id,
                organization: consent.organization,
                scopes: server.scope_texts.of(&consent.scopes),
                since: consent.since,
            });
        }
        Ok(summaries)
    }

    /// Takes back everything that a person granted a client, in every organization: it is asked for again,
    /// and the client's refresh and access tokens for this person end. Whether there was anything.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn revoke_grant(&self, user: UserId, client_id: &str) -> Result<bool, StoreError> {
        let server = self.server();
        server.stores.revoke_consents(user, client_id, family::refused_until(server)).await
    }
}
