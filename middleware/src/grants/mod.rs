//! Roles and permissions from three places: token claims, the database, a remote API.
//!
//! Each identity provider or trusted issuer has its own list of sources; what they find is united.
//! A source that knows of no membership says nothing; when all say nothing, there is none.
//! A source that cannot answer makes the request a 503: not knowing is not denying.

mod claims;
mod database;
mod remote;
mod sources;

pub use claims::ClaimGrants;
pub use database::DatabaseGrants;
pub use remote::{RemoteGrants, RemoteGrantsConfig};
pub use sources::{GrantError, GrantQuery, GrantSource, GrantSources, Loaded};
