//! A passkey at sign-in: after the password as the second factor, or alone as both.
//!
//! The authenticator verifies its owner each time (PIN, finger, face), so that a passkey alone is two factors: something
//! that is held, and something known or inherent (NIST SP 800-63B section 3.1.7).

use http::request::Parts;
use portcullis_core::UserId;
use serde_json::Value;
use webauthn_rs::prelude::{AuthenticationResult, Passkey, PublicKeyCredential, WebauthnError};

use super::{
    RelyingParty,
    ceremony::Ceremony,
    enrolment::{credential_text, read},
    relying_party::fault,
};
use crate::{
    ProviderError,
    acr::{HWK, MFA, SWK, USER},
    port::{Account, Digest, PasskeyRecord, StoreError},
    server::Server,
    throttle::{RetryAfter, Suspect},
};

/// Who is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked {
    /// Whoever answers.
    Anybody,
    /// This person, who gave their password.
    Person(UserId),
}

/// A passkey was used as it should be.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) account: Account,
    /// The methods (`amr`, RFC 8176).
    pub(crate) methods: [&'static str; 3],
}

/// Why a passkey brings nobody in.
#[derive(Debug)]
pub(crate) enum Unproven {
    Fault(ProviderError),
    Refused,
    Throttled(RetryAfter),
}

/// What the browser is to ask its authenticators; none if the person has no passkey.
pub(crate) async fn ask(
    server: &Server,
    relying_party: &RelyingParty,
    asked: Asked,
    place: &Digest,
) -> Result<Option<Value>, ProviderError> {
    let (options, ceremony) = match asked {
        Asked::Anybody => {
            let (options, state) = relying_party.ask_for_any()?;
            (options, Ceremony::Passwordless(state))
        }
        Asked::Person(user) => {
            let passkeys = server.stores.passkeys_of(user).await?;
            if passkeys.is_empty() {
                return Ok(None);
            }
            let keys = passkeys.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let (options, state) = relying_party.ask_for_one_of(&keys)?;
            (options, Ceremony::SecondFactor(state))
        }
    };
    ceremony.keep(server, place).await?;
    Ok(Some(options))
}

/// Whether this is the answer to what was asked in this place, which is used up by it. Attempts are slowed down like
/// those with codes; of whom nobody knows, by their address.
pub(crate) async fn prove(
    server: &Server,
    parts: &Parts,
    relying_party: &RelyingParty,
    asked: Asked,
    place: &Digest,
    answer: &str,
) -> Result<Proof, Unproven> {
    let answer: Option<PublicKeyCredential> = serde_json::from_str(answer).ok();
    let passkey = match &answer {
        Some(answer) => server.stores.passkey(&credential_text(answer.get_credential_id())).await?,
        None => None,
    };
    let mut suspects: Vec<Suspect> = match asked {
        Asked::Anybody => (server.client_address)(parts).map(Suspect::address).into_iter().collect(),
        Asked::Person(user) => vec![Suspect::second_factor(user)],
    };
    if let (Asked::Anybody, Some(passkey)) = (asked, &passkey) {
        suspects.push(Suspect::passkey(passkey.user));
    }
    let attempt = server.throttle.attempt(suspects, server.now()).map_err(Unproven::Throttled)?;
    let used = Attempt { server, relying_party, asked, place };
    match used.judge(answer.as_ref(), passkey).await {
        Ok(Some(proof)) => {
            attempt.succeed();
            Ok(proof)
        }
        Ok(None) => Err(Unproven::Refused),
        Err(error) => {
            attempt.forget();
            Err(Unproven::Fault(error))
        }
    }
}

struct Attempt<'a> {
    server: &'a Server,
    relying_party: &'a RelyingParty,
    asked: Asked,
    place: &'a Digest,
}

impl Attempt<'_> {
    async fn judge(
        &self,
        answer: Option<&PublicKeyCredential>,
        passkey: Option<PasskeyRecord>,
    ) -> Result<Option<Proof>, ProviderError> {
        let ceremony = Ceremony::take(self.server, self.place).await?;
        let (Some(ceremony), Some(answer), Some(passkey)) = (ceremony, answer, passkey) else { return Ok(None) };
        if !self.names_its_owner(answer, &passkey) {
            return Ok(None);
        }
        let mut key = read(&passkey)?;
        let result = match self.verify(ceremony, answer, &key) {
            Ok(result) => result,
            Err(error) => {
                if matches!(error, WebauthnError::CredentialPossibleCompromise) {
                    warn_of_copy(&passkey);
                }
                tracing::debug!(error = &error as &dyn std::error::Error, "a passkey is refused");
                return Ok(None);
            }
        };
        let Some(account) = self.server.open_account(passkey.user).await? else { return Ok(None) };
        key.update_credential(&result);
        let key = serde_json::to_string(&key).map_err(fault)?;
        let (counter, now) = (i64::from(result.counter()), self.server.now());
        if !self.server.stores.use_passkey(passkey.id, &key, counter, now).await? {
            warn_of_copy(&passkey);
            return Ok(None);
        }
        let kind = if result.backup_eligible() { SWK } else { HWK };
        Ok(Some(Proof { account, methods: [kind, USER, MFA] }))
    }

    /// The passkey is of the person who is asked, and of the one whom the authenticator names
    /// (Web Authentication Level 3 section 7.2, step 6).
    fn names_its_owner(&self, answer: &PublicKeyCredential, passkey: &PasskeyRecord) -> bool {
        let named = self.relying_party.owner(answer);
        let named_right = named.is_some_and(|owner| owner == *passkey.user.as_uuid());
        match self.asked {
            Asked::Anybody => named_right,
            Asked::Person(user) => passkey.user == user && (named_right || answer.get_user_unique_id().is_none()),
        }
    }

    fn verify(
        &self,
        ceremony: Ceremony,
        answer: &PublicKeyCredential,
        key: &Passkey,
    ) -> Result<AuthenticationResult, WebauthnError> {
        match (ceremony, self.asked) {
            (Ceremony::Passwordless(state), Asked::Anybody) => self.relying_party.used_any(answer, state, key),
            (Ceremony::SecondFactor(state), Asked::Person(_)) => self.relying_party.used_one_of(answer, &state),
            _ => Err(WebauthnError::ChallengeNotFound),
        }
    }
}

fn warn_of_copy(passkey: &PasskeyRecord) {
    let (id, user) = (passkey.id, passkey.user);
    tracing::warn!(passkey.id = %id, user.id = %user, "a passkey's counter did not rise: it may have been copied");
}

impl From<StoreError> for Unproven {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
