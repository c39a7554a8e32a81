//! Passwords: argon2id, away from the async threads and a few at a time.

use std::{num::NonZero, sync::Arc, thread::available_parallelism};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use portcullis_core::Secret;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::ProviderError;

/// Hashes and verifies passwords.
///
/// Each hash takes 19 MiB and tens of milliseconds, so no more run at once than there are
/// processors; the others wait.
///
/// ```
/// # use portcullis_core::Secret;
/// # use portcullis_provider::PasswordHasher;
/// # #[tokio::main] async fn main() -> Result<(), portcullis_provider::ProviderError> {
/// let hasher = PasswordHasher::new();
/// let hash = hasher.hash(&Secret::new("correct horse".to_owned())).await?;
/// assert!(hash.starts_with("$argon2id$"));
/// assert!(hasher.verify(&Secret::new("correct horse".to_owned()), Some(&Secret::new(hash))).await?);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct PasswordHasher(Arc<Semaphore>);

impl PasswordHasher {
    /// Longer passwords are refused before they cost anything.
    pub const MAX_BYTES: usize = 1024;

    /// A hasher that uses every processor.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(available_parallelism().map_or(1, NonZero::get))))
    }

    /// Hashes a new password with a random salt, into PHC form.
    ///
    /// # Errors
    /// When the password is longer than [`Self::MAX_BYTES`], or the system gives no randomness.
    pub async fn hash(&self, password: &Secret<String>) -> Result<String, ProviderError> {
        if password.expose().len() > Self::MAX_BYTES {
            return Err(ProviderError::Password("the password is too long".into()));
        }
        let password = password.clone();
        self.run(move || {
            let hash = Argon2::default().hash_password(password.expose().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|error| ProviderError::Password(error.to_string().into()))
        })
        .await?
    }

    /// Whether the password is the one behind the hash; `None` is nobody's.
    ///
    /// # Errors
    /// When the work cannot be done.
    ///
    /// # Security
    /// Without a hash it verifies against one that no password opens, so that the time taken does
    /// not tell whether there is an account.
    pub async fn verify(
        &self,
        password: &Secret<String>,
        hash: Option<&Secret<String>>,
    ) -> Result<bool, ProviderError> {
        if password.expose().len() > Self::MAX_BYTES {
            return Ok(false);
        }
        let (known, password) = (hash.is_some(), password.clone());
        let hash = hash.cloned().unwrap_or_else(|| Secret::new(NOBODY.to_owned()));
        let matches = self
            .run(move || {
                PasswordHash::new(hash.expose())
                    .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(known && matches)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ProviderError> {
        let permit =
            Arc::clone(&self.0).acquire_owned().await.map_err(|error| ProviderError::Password(error.into()))?;
        // The permit travels with the work: a caller that goes away does not free a place early.
        let work = move || {
            let _permit = permit;
            work()
        };
        spawn_blocking(work).await.map_err(|error| ProviderError::Password(error.into()))
    }
}

impl Default for PasswordHasher {
    fn default() -> Self {
        Self::new()
    }
}

/// A hash with today's parameters that no password opens.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$7X6aYdoFAuCo/LVtbArxtA$/Ce3BzyMOpEOcTWK9U/Oaq46nkJca4jNri0KhWRxD1s";

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_right_password_verifies() {
        let hasher = PasswordHasher::new();
        let hash = Secret::new(hasher.hash(&secret("right")).await.unwrap());
        assert!(hasher.verify(&secret("right"), Some(&hash)).await.unwrap());
        assert!(!hasher.verify(&secret("wrong"), Some(&hash)).await.unwrap());
        assert!(!hasher.verify(&secret("right"), None).await.unwrap());
        assert!(!hasher.verify(&secret("right"), Some(&secret("no hash"))).await.unwrap());
        let long = "x".repeat(PasswordHasher::MAX_BYTES + 1);
        assert!(hasher.hash(&secret(&long)).await.is_err());
        assert!(!hasher.verify(&secret(&long), Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobodys_hash_costs_what_a_real_one_costs() {
        let real = PasswordHasher::new().hash(&secret("any")).await.unwrap();
        let parameters = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(parameters(NOBODY), parameters(&real));
        let lengths = |hash: &str| hash.split('$').map(str::len).collect::<Vec<_>>();
        assert_eq!(lengths(NOBODY), lengths(&real));
        assert!(PasswordHash::new(NOBODY).is_ok());
    }
}
