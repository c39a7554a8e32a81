//! Login sessions: their records, and the index by person.

mod index;
mod provider_logout;
mod store;
