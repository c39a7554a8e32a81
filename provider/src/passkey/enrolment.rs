//! What an application does with the passkeys of people whom it has signed in itself.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_core::{Secret, UserId};
use uuid::Uuid;
use webauthn_rs::prelude::{Passkey, RegisterPublicKeyCredential};

use super::{RelyingParty, ceremony::Ceremony, relying_party::fault};
use crate::{
    FactorError, Provider, ProviderError,
    endpoint::path,
    factor,
    mail::passkey_added,
    port::{Digest, PasskeyAddition, PasskeyRecord, PasskeyRemoval, StoreError},
    random,
    server::Server,
};

/// A passkey about to be made, for the page on which its owner makes it.
#[derive(Clone, Debug)]
pub struct PasskeyEnrolment {
    /// The name of the ceremony, to be sent along with the answer in a hidden field.
    pub ceremony: Secret<String>,
    /// What the browser is to ask its authenticator, as JSON: the attribute `data-options` of the form.
    pub options: String,
    /// Where the script is: see [`PasskeyView`](crate::PasskeyView) for the form that it looks for, here with
    /// `data-passkey="create"`.
    pub script: &'static str,
}

/// A passkey, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeySummary {
    /// Its name towards the application.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// When it was made, in seconds since 1970.
    pub created_at: i64,
    /// When it was used last.
    pub last_used: Option<i64>,
}

/// # Security
/// Whoever may call these for a person can sign in as them from then on: ask for the password right before, as
/// [`Provider::confirm_password`] does.
impl Provider {
    /// Whether there are passkeys here: where the issuer's host is a name, and no IP address.
    #[must_use]
    pub fn offers_passkeys(&self) -> bool {
        self.server().passkeys.is_some()
    }

    /// Begins to make a passkey; those that the person has stay. The answer is for [`Self::confirm_passkey`], within five
    /// minutes.
    ///
    /// # Errors
    /// When passkeys are not offered here, there is no such account, it has twenty passkeys, or a store cannot answer.
    pub async fn begin_passkey(&self, user: UserId) -> Result<PasskeyEnrolment, FactorError> {
        let server = self.server();
        let relying_party = offered(server)?;
        let account = server.open_account(user).await?.ok_or(FactorError::Missing)?;
        let has = server.stores.passkeys_of(user).await?;
        if has.len() >= MOST {
            return Err(FactorError::TooMany { most: MOST });
        }
        let has = has.iter().map(|passkey| read(passkey).map(|key| key.cred_id().clone()));
        let (options, state) = relying_party.ask_for_new(&account, has.collect::<Result<_, _>>()?)?;
        let ceremony = random::opaque()?;
        Ceremony::Enrolment(state).keep(server, &place(user, &ceremony)).await?;
        Ok(PasskeyEnrolment {
            ceremony: Secret::new(ceremony),
            options: options.to_string(),
            script: path::PASSKEY_SCRIPT,
        })
    }

    /// Keeps the passkey that the browser's answer (its JSON) brings, under this name, and tells its owner by mail. Ten
    /// recovery codes to show once, where the person had none left.
    ///
    /// # Errors
    /// When the name is empty or too long, the ceremony is not this person's or is over, the answer is not right, the
    /// passkey is in use already, or a store cannot answer.
    pub async fn confirm_passkey(
        &self,
        user: UserId,
        ceremony: &str,
        name: &str,
        answer: &str,
    ) -> Result<Option<Secret<Vec<String>>>, FactorError> {
        let server = self.server();
        let relying_party = offered(server)?;
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(FactorError::Name);
        }
        let taken = Ceremony::take(server, &place(user, ceremony)).await?;
        let Some(Ceremony::Enrolment(state)) = taken else { return Err(FactorError::Mismatch) };
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| FactorError::Mismatch)?;
        let key = relying_party.made(&answer, &state).map_err(|error| {
            tracing::debug!(error = &error as &dyn std::error::Error, "a new passkey is refused");
            FactorError::Mismatch
        })?;
        let account = server.open_account(user).await?.ok_or(FactorError::Missing)?;
        let codes = factor::new_codes()?;
        let passkey = PasskeyRecord {
            id: random::uuid()?,
            user,
            credential: credential_text(key.cred_id()),
            name: name.to_owned(),
            key: serde_json::to_string(&key).map_err(fault)?,
            counter: 0,
            created_at: server.now(),
            last_used: None,
        };
        let added = server.stores.add_passkey(&passkey, &factor::digests(&codes)).await?;
        let PasskeyAddition::Added { codes_kept } = added else { return Err(FactorError::Taken) };
        if let Some(outbox) = &server.outbox {
            let forgot = server.issuer.address(path::FORGOT);
            outbox.post(passkey_added(&account.email, server.issuer.as_str(), &forgot));
        }
        Ok(codes_kept.then(|| Secret::new(codes)))
    }

    /// The passkeys of a person, the oldest first.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn passkeys_of(&self, user: UserId) -> Result<Vec<PasskeySummary>, StoreError> {
        let passkeys = self.server().stores.passkeys_of(user).await?;
        let summary =
            |PasskeyRecord { id, name, created_at, last_used, .. }| PasskeySummary { id, name, created_at, last_used };
        Ok(passkeys.into_iter().map(summary).collect())
    }

    /// Removes a passkey; with the last further factor the recovery codes.
    ///
    /// # Errors
    /// When the person has no such passkey, could never sign in without it, or a store cannot answer.
    pub async fn remove_passkey(&self, user: UserId, id: Uuid) -> Result<(), FactorError> {
        match self.server().stores.remove_passkey(user, id).await? {
            PasskeyRemoval::Removed => Ok(()),
            PasskeyRemoval::Missing => Err(FactorError::Missing),
            PasskeyRemoval::LastCredential => Err(FactorError::LastCredential),
        }
    }
}

/// The key of a passkey that is kept.
pub(super) fn read(passkey: &PasskeyRecord) -> Result<Passkey, ProviderError> {
    serde_json::from_str(&passkey.key).map_err(fault)
}

/// A credential id as it is kept.
pub(super) fn credential_text(id: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

fn offered(server: &Server) -> Result<&RelyingParty, FactorError> {
    server.passkeys.as_ref().ok_or(FactorError::Unavailable)
}

/// Nobody else's, and nobody finds it who does not see the page on which it began.
fn place(user: UserId, ceremony: &str) -> Digest {
    Digest::of(&format!("passkey enrolment {user} {ceremony}"))
}

/// More make the question after the password too long for some authenticators.
const MOST: usize = 20;
/// In characters.
const LONGEST_NAME: usize = 64;
