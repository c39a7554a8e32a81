//! The clients that got tokens within a sign-on: whom to tell when it ends.

use async_trait::async_trait;

use super::StoreError;

/// A client that got tokens within a sign-on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOnClient {
    /// The client.
    pub client_id: String,
    /// What its tokens called the person (`sub`).
    pub subject: String,
}

/// The clients of sign-ons, by `sid`.
#[async_trait]
pub trait SignOnClients: Send + Sync {
    /// Notes that a client got tokens, until `expires_at` (seconds since 1970); again prolongs it.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn note_sign_on_client(&self, sid: &str, client: &SignOnClient, expires_at: i64) -> Result<(), StoreError>;

    /// Takes the clients of a sign-on. Of two concurrent calls each client goes to one.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn take_sign_on_clients(&self, sid: &str, now: i64) -> Result<Vec<SignOnClient>, StoreError>;

    /// Takes one of them. Of two concurrent calls one gets it.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn take_sign_on_client(
        &self,
        sid: &str,
        client_id: &str,
        now: i64,
    ) -> Result<Option<SignOnClient>, StoreError>;

    /// Takes those whose tokens ended in the store and who have not been taken since, with the sign-on (`sid`). A store
    /// in which nothing ends by itself has none.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn take_ended_sign_on_clients(&self, now: i64) -> Result<Vec<(String, SignOnClient)>, StoreError> {
        let _any_time = now;
        Ok(Vec::new())
    }
}
