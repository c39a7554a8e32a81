//! The relying party of the ceremonies: its id and its origin are the issuer's, which is configured.

use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, CredentialID, DiscoverableAuthentication, Passkey, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::{ProviderError, issuer::Issuer, port::Account};

/// Asks authenticators and judges their answers. User verification is required in each ceremony, and counters that do
/// not rise are refused.
#[derive(Clone, Debug)]
pub(crate) struct RelyingParty(Webauthn);

impl RelyingParty {
    /// The relying party of an issuer whose host is a name; browsers know none at an IP address
    /// (Web Authentication Level 3 section 5.1.3, step 8).
    pub(crate) fn of_issuer(issuer: &Issuer) -> Option<Self> {
        let origin: Url = issuer.as_str().parse().ok()?;
        let relying_party = WebauthnBuilder::new(issuer.domain()?, &origin).ok()?.rp_name(issuer.authority());
        relying_party.build().ok().map(Self)
    }

    /// Asks for a new passkey, and none of those that the person has.
    ///
    /// Attestation is not asked for: people bring what they have. A passkey that signs in without a name typed before is
    /// preferred; an authenticator without room for one still makes a second factor.
    pub(super) fn ask_for_new(
        &self,
        account: &Account,
        has: Vec<CredentialID>,
    ) -> Result<(Value, PasskeyRegistration), ProviderError> {
        let name = if account.name.is_empty() { &account.email } else { &account.name };
        let asked = self.0.start_passkey_registration(*account.id.as_uuid(), &account.email, name, Some(has));
        let (options, state) = asked.map_err(fault)?;
        let mut options = serde_json::to_value(options.public_key).map_err(fault)?;
        if let Some(selection) = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
            selection.insert("residentKey".to_owned(), json!("preferred"));
        }
        Ok((options, state))
    }

    /// The passkey that an authenticator made, if it did what was asked.
    pub(super) fn made(
        &self,
        answer: &RegisterPublicKeyCredential,
        state: &PasskeyRegistration,
    ) -> Result<Passkey, WebauthnError> {
        self.0.finish_passkey_registration(answer, state)
    }

    /// Asks for one of these passkeys.
    pub(super) fn ask_for_one_of(&self, keys: &[Passkey]) -> Result<(Value, PasskeyAuthentication), ProviderError> {
        let (options, state) = self.0.start_passkey_authentication(keys).map_err(fault)?;
        Ok((serde_json::to_value(options.public_key).map_err(fault)?, state))
    }

    /// Asks for whichever passkey there is: a dialog of the browser's, at the press of a button.
    pub(super) fn ask_for_any(&self) -> Result<(Value, DiscoverableAuthentication), ProviderError> {
        let (options, state) = self.0.start_discoverable_authentication().map_err(fault)?;
        Ok((serde_json::to_value(options.public_key).map_err(fault)?, state))
    }

    /// What an authenticator says that was asked for one of several.
    pub(super) fn used_one_of(
        &self,
        answer: &PublicKeyCredential,
        state: &PasskeyAuthentication,
    ) -> Result<AuthenticationResult, WebauthnError> {
        self.0.finish_passkey_authentication(answer, state)
    }

    /// What an authenticator says that was asked for any, judged by the key that it names.
    pub(super) fn used_any(
        &self,
        answer: &PublicKeyCredential,
        state: DiscoverableAuthentication,
        key: &Passkey,
    ) -> Result<AuthenticationResult, WebauthnError> {
        self.0.finish_discoverable_authentication_v2(answer, state, key)
    }

    /// Whose passkey it is, as the authenticator says: the user handle, which is the person's id.
    pub(super) fn owner(&self, answer: &PublicKeyCredential) -> Option<Uuid> {
        self.0.identify_discoverable_authentication(answer).ok().map(|(owner, _)| owner)
    }
}

/// Something of ours that cannot be used.
pub(super) fn fault(error: impl std::error::Error + Send + Sync + 'static) -> ProviderError {
    ProviderError::Factor(error.into())
}
