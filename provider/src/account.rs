//! What an application does with accounts, for people whom it has signed in itself.

use portcullis_core::{Secret, UserId};
use portcullis_middleware::port::SessionHandle;

use crate::{
    PasswordError, Provider, ProviderError,
    endpoint::path,
    mail::password_changed,
    new_password::NewPassword,
    port::{Account, Ending, StoreError},
    server::Server,
    throttle::{RetryAfter, Suspect},
    token::family,
};

/// What stays when everything else of a person ends; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The application's session in which the person acts.
    pub session: Option<SessionHandle>,
    /// The sign-on (`sid`) that this session came of.
    pub sid: Option<String>,
}

/// A password was not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangePasswordError {
    /// The present password is wrong, or there is no account with one.
    #[error("the present password is not right")]
    Mismatch,
    /// The new password cannot be chosen.
    #[error("{0}")]
    Password(PasswordError),
    /// Too many attempts.
    #[error("too many attempts: try again in {retry_after} seconds")]
    Throttled {
        /// The seconds to wait.
        retry_after: i64,
    },
    /// The work cannot be done.
    #[error(transparent)]
    Fault(#[from] ProviderError),
}

impl From<StoreError> for ChangePasswordError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Provider {
    /// Asks a signed-in person for the password once more, before something that it protects.
    ///
    /// # Errors
    /// [`ChangePasswordError::Mismatch`] where it is wrong or there is none, `Throttled` after too many attempts, and
    /// where a store cannot answer.
    ///
    /// # Security
    /// Guesses count like guesses at the sign-in form.
    pub async fn confirm_password(&self, user: UserId, current: &Secret<String>) -> Result<(), ChangePasswordError> {
        let server = self.server();
        let account = server.open_account(user).await?.ok_or(ChangePasswordError::Mismatch)?;
        prove(server, &account, current).await
    }

    /// Changes the password of a signed-in person, ends everything else of theirs (sign-ons, token families
    /// with their access tokens, the application's sessions), and tells them by mail; clients are told
    /// by back-channel logout.
    ///
    /// # Errors
    /// When the present password is wrong, the new one cannot be chosen, there were too many attempts, or a
    /// store cannot answer.
    ///
    /// # Security
    /// Guesses at the present password count like guesses at the sign-in form.
    pub async fn change_password(
        &self,
        user: UserId,
        current: &Secret<String>,
        new: &Secret<String>,
        kept: Kept,
    ) -> Result<(), ChangePasswordError> {
        let server = self.server();
        let account = server.open_account(user).await?;
        let account = account.ok_or(ChangePasswordError::Mismatch)?;
        let new = NewPassword::parse(new.expose(), &account.email).map_err(ChangePasswordError::Password)?;
        prove(server, &account, current).await?;
        let hash = Secret::new(server.passwords.hash(new.secret()).await?);
        let ending =
            Ending { kept_session: kept.session, kept_sid: kept.sid, refused_until: family::refused_until(server) };
        let ended = server.stores.set_password(user, &hash, &ending).await?.ok_or(ChangePasswordError::Mismatch)?;
        server.tell_of_ended(&ended).await;
        if let Some(outbox) = &server.outbox {
            let forgot = server.issuer.address(path::FORGOT);
            outbox.post(password_changed(&account.email, server.issuer.as_str(), &forgot));
        }
        Ok(())
    }
}

/// Whether it is the account's present password; guesses are slowed down.
async fn prove(server: &Server, account: &Account, current: &Secret<String>) -> Result<(), ChangePasswordError> {
    let attempt = server
        .throttle
        .attempt(vec![Suspect::account(&account.email)], server.now())
        .map_err(|RetryAfter(retry_after)| ChangePasswordError::Throttled { retry_after })?;
    if !server.passwords.verify(current, account.password_hash.as_ref()).await? {
        return Err(ChangePasswordError::Mismatch);
    }
    attempt.succeed();
    Ok(())
}
