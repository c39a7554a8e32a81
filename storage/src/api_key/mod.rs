//! API keys: made, listed and revoked by people, looked up by the gate.

mod administration;
mod lookup;

pub use administration::{ApiKey, ApiKeyDraft, ApiKeyError, NewApiKey};
