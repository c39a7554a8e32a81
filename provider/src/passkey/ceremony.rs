//! A ceremony under way: what was asked, kept on the server in one place, for five minutes and one answer.

use portcullis_core::Secret;
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyAuthentication, PasskeyRegistration};

use super::relying_party::fault;
use crate::{ProviderError, lifetime, port::Digest, server::Server};

/// What was asked for.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Ceremony {
    /// A new passkey.
    Enrolment(PasskeyRegistration),
    /// Any passkey, instead of address and password.
    Passwordless(DiscoverableAuthentication),
    /// One of a person's passkeys, after the password.
    SecondFactor(PasskeyAuthentication),
}

impl Ceremony {
    /// Keeps it, in the place of a former one there.
    pub(super) async fn keep(&self, server: &Server, place: &Digest) -> Result<(), ProviderError> {
        let state = Secret::new(serde_json::to_vec(self).map_err(fault)?);
        Ok(server.stores.put_ceremony(place, &state, server.now() + lifetime::CEREMONY).await?)
    }

    /// Takes it out of its place: whatever the answer is, there is no second one.
    pub(super) async fn take(server: &Server, place: &Digest) -> Result<Option<Self>, ProviderError> {
        let state = server.stores.take_ceremony(place, server.now()).await?;
        state.map(|state| serde_json::from_slice(state.expose())).transpose().map_err(fault)
    }
}
