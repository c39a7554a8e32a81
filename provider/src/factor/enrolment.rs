//! What an application does with the further factors of people whom it has signed in itself.

use portcullis_core::{Secret, UserId};

use super::{digests, new_codes, totp};
use crate::{
    Provider, ProviderError,
    port::StoreError,
    throttle::{RetryAfter, Suspect},
};

/// An authenticator on trial, to be shown to its owner once.
#[derive(Clone, Debug)]
pub struct TotpEnrolment {
    /// The secret in base 32, to type into an authenticator.
    pub secret: Secret<String>,
    /// The `otpauth://` address, to scan: show it as a QR code drawn on the page itself.
    pub uri: Secret<String>,
}

/// Which further factors a person has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactorSummary {
    /// An authenticator is in use: it, or a passkey, is asked for at each sign-in.
    pub totp: bool,
    /// How many passkeys there are.
    pub passkeys: u64,
    /// How many recovery codes are left.
    pub recovery_codes_left: u64,
}

/// Nothing was done with a factor.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FactorError {
    /// It is the only way in which its owner could ever sign in.
    #[error("a person keeps at least one way to sign in")]
    LastCredential,
    /// The code is wrong, too old, or was used before; or it is no answer of a passkey to what was asked.
    #[error("the code or answer is not right")]
    Mismatch,
    /// There is no such account, or nothing on trial or in use.
    #[error("there is no such factor")]
    Missing,
    /// A passkey needs a name, and not more than 64 characters of it.
    #[error("a passkey needs a name of at most 64 characters")]
    Name,
    /// The authenticator's passkey is kept already, for this person or another.
    #[error("this passkey is in use already")]
    Taken,
    /// Too many attempts.
    #[error("too many attempts: try again in {retry_after} seconds")]
    Throttled {
        /// The seconds to wait.
        retry_after: i64,
    },
    /// So many passkeys are not kept for one person.
    #[error("a person has at most {most} passkeys")]
    TooMany {
        /// How many are.
        most: usize,
    },
    /// Passkeys need an issuer whose host is a name.
    #[error("passkeys are not offered here: the issuer's host is an IP address")]
    Unavailable,
    /// The work cannot be done.
    #[error(transparent)]
    Fault(#[from] ProviderError),
}

impl From<StoreError> for FactorError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// # Security
/// Whoever may call these for a person can take over their second factor: ask for the password right before
/// (`max_age`), and for the present factor where there is one (`acr_values`).
impl Provider {
    /// Puts a new authenticator on trial; the one in use stays until [`Self::confirm_totp`].
    ///
    /// # Errors
    /// When there is no such account, or a store cannot answer.
    pub async fn begin_totp(&self, user: UserId) -> Result<TotpEnrolment, FactorError> {
        let server = self.server();
        let account = server.stores.by_id(user).await?.ok_or(FactorError::Missing)?;
        let secret = totp::new_secret()?;
        server.stores.put_totp_trial(user, &secret).await?;
        let shown = totp::show(&secret, server.issuer.authority(), &account.email)?;
        Ok(TotpEnrolment { secret: shown.secret, uri: shown.uri })
    }

    /// Takes the authenticator on trial into use, in the place of a former one, once a code shows that it
    /// works. Gives ten new recovery codes to show once; former ones are void.
    ///
    /// # Errors
    /// When nothing is on trial, the code is wrong, there were too many attempts, or a store cannot answer.
    pub async fn confirm_totp(&self, user: UserId, code: &str) -> Result<Secret<Vec<String>>, FactorError> {
        let server = self.server();
        let trial = server.stores.totp_trial(user).await?.ok_or(FactorError::Missing)?;
        let attempt = server
            .throttle
            .attempt(vec![Suspect::second_factor(user)], server.now())
            .map_err(|RetryAfter(retry_after)| FactorError::Throttled { retry_after })?;
        let code: String = code.chars().filter(|character| !character.is_whitespace()).collect();
        let step = totp::step_of(&trial, &code, server.now())?.ok_or(FactorError::Mismatch)?;
        attempt.succeed();
        let codes = new_codes()?;
        let confirmed = server.stores.confirm_totp(user, step, &digests(&codes)).await?;
        if confirmed { Ok(Secret::new(codes)) } else { Err(FactorError::Missing) }
    }

    /// Ten new recovery codes, to show once; former ones are void.
    ///
    /// # Errors
    /// When the person has neither authenticator nor passkey, or a store cannot answer.
    pub async fn new_recovery_codes(&self, user: UserId) -> Result<Secret<Vec<String>>, FactorError> {
        let codes = new_codes()?;
        let replaced = self.server().stores.replace_recovery_codes(user, &digests(&codes)).await?;
        if replaced { Ok(Secret::new(codes)) } else { Err(FactorError::Missing) }
    }

    /// Removes the authenticator, and the recovery codes where there is no passkey; whether there was one.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn remove_totp(&self, user: UserId) -> Result<bool, StoreError> {
        self.server().stores.remove_totp(user).await
    }

    /// Removes the authenticator, the passkeys and the recovery codes; whether there was a factor.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn remove_factors(&self, user: UserId) -> Result<bool, StoreError> {
        self.server().stores.remove_factors(user).await
    }

    /// Which further factors a person has.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn factors_of(&self, user: UserId) -> Result<FactorSummary, StoreError> {
        let stores = &self.server().stores;
        let totp = stores.totp(user).await?.is_some();
        let passkeys = stores.passkeys_of(user).await?.len() as u64;
        Ok(FactorSummary { totp, passkeys, recovery_codes_left: stores.recovery_codes_left(user).await? })
    }
}
