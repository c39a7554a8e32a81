//! API keys: made, listed and revoked by people, looked up by the gate.

mod administration;
mod create;
mod error;
mod lookup;

pub use administration::ApiKey;
pub use create::{ApiKeyDraft, NewApiKey};
pub use error::ApiKeyError;
