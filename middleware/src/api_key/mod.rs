//! API keys: a program's lasting credential, made by a person.
//!
//! `Authorization: Bearer pck_…`: a prefix that a scanner of leaked secrets can search for, a public
//! id, 256 random bits, and a checksum.
//!
//! 1. A key is shown once; stores hold its SHA-256.
//! 2. What a key may do is what it was given and what its owner holds at the moment, never more; roles it has none.
//! 3. It is bound to one organization: naming another is 404, naming none means its own.
//! 4. It ends with its time, its revocation, its owner's membership and its owner's account.
//! 5. An unknown or revoked key is 401 `token-invalid`, one whose time is over 401 `token-expired`; one that cannot
//!    be a key is 400; a store that cannot answer is 503.
//!
//! Keys found good are remembered by their full text, no more than so many, until their time is over or
//! news of a change names them or their owner. Their last use is noted once a minute beside the request,
//! which also tells of a revocation whose news was lost.

mod credentials;
mod text;

pub use credentials::ApiKeyCredentials;
pub(crate) use credentials::GoodKey;
pub use text::{KeyDigest, KeyText};
pub(crate) use text::{UnverifiedKey, is_meant};
