//! Passkeys of people (Web Authentication), and the ceremonies in which one is made or used.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};
use uuid::Uuid;

use super::{Digest, StoreError};

/// A passkey that is kept: the public half of a key pair whose private half an authenticator holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyRecord {
    /// Its name towards the application.
    pub id: Uuid,
    /// Whose it is.
    pub user: UserId,
    /// The credential id, in base64url without padding: nobody else has the same.
    pub credential: String,
    /// What its owner calls it.
    pub name: String,
    /// The public key and what is known of the authenticator, as JSON that only the authorization server reads.
    pub key: String,
    /// The signature counter of the last use; 0 before the first, and for authenticators that do not count.
    pub counter: i64,
    /// When it was made, in seconds since 1970.
    pub created_at: i64,
    /// When it was used last.
    pub last_used: Option<i64>,
}

/// What became of a new passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyAddition {
    /// It is kept.
    Added {
        /// So are the recovery codes that came with it, because its owner had none left.
        codes_kept: bool,
    },
    /// Somebody has a passkey with this credential id already.
    Taken,
}

/// What became of a passkey that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRemoval {
    /// It is the only way in which its owner could ever sign in, and stays.
    LastCredential,
    /// The person has no such passkey.
    Missing,
    /// It is gone.
    Removed,
}

/// The passkeys that are kept.
#[async_trait]
pub trait Passkeys: Send + Sync {
    /// Keeps a passkey; with it these recovery codes, if its owner has none left. All of it is one step.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn add_passkey(&self, passkey: &PasskeyRecord, codes: &[Digest]) -> Result<PasskeyAddition, StoreError>;

    /// The passkey with this credential id, whosever it is.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn passkey(&self, credential: &str) -> Result<Option<PasskeyRecord>, StoreError>;

    /// The passkeys of a person, the oldest first.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn passkeys_of(&self, user: UserId) -> Result<Vec<PasskeyRecord>, StoreError>;

    /// Notes a use, with the key as it is now; false if the passkey is gone, or the counter is not beyond the one of
    /// the last use (0 after 0 does not count). Of two concurrent calls with one counter above 0 exactly one is true.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn use_passkey(&self, id: Uuid, key: &str, counter: i64, now: i64) -> Result<bool, StoreError>;

    /// Removes a passkey of this person; with their last further factor their recovery codes. All of it is one step.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn remove_passkey(&self, user: UserId, id: Uuid) -> Result<PasskeyRemoval, StoreError>;
}

/// Ceremonies under way. What is kept of one is sealed by the store.
///
/// # Security
/// Whoever can write this state chooses the challenge that an answer is compared with, and whoever can use it twice
/// replays answers: it never leaves the server, and is taken before it is looked at.
#[async_trait]
pub trait PasskeyCeremonies: Send + Sync {
    /// Keeps a ceremony until `expires_at` (seconds since 1970), in the place of a former one there.
    ///
    /// # Errors
    /// When the store cannot answer.
    async fn put_ceremony(&self, place: &Digest, state: &Secret<Vec<u8>>, expires_at: i64) -> Result<(), StoreError>;

    /// Takes the ceremony out, if it has not expired at `now`. Of concurrent calls exactly one gets it.
    ///
    /// # Errors
    /// When the store cannot answer, or the state cannot be unsealed.
    async fn take_ceremony(&self, place: &Digest, now: i64) -> Result<Option<Secret<Vec<u8>>>, StoreError>;
}
