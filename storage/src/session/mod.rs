//! Login sessions: their records, and the index by person.

mod index;
mod provider_logout;
mod store;

pub(crate) use provider_logout::of_issuer;
