//! The enforcement point: one gate that walks a request from credential to access context, the
//! requirements at the door, refusals on the way out, and the login at identity providers.
//!
//! Knows nothing of SQL, user interfaces or the authorization server; what it needs of storage are
//! the traits in [`port`].
//!
//! The walk: [`gate`] → credential → session, [`token`] or [`api_key`] → [`organizations`] and [`grants`] →
//! access context → [`require`] → handler → [`reply`].
//!
//! Beside it the clients of other servers: [`login`] signs people in, [`connections`] keeps their consent to call
//! third parties, [`token_source`] gets tokens for calls of our own.
//!
//! ```
//! # use std::sync::Arc;
//! use portcullis_core::permission::Vocabulary;
//! use portcullis_middleware::gate::Gated;
//! use portcullis_middleware::grants::{DatabaseGrants, GrantSources};
//! use portcullis_middleware::port::{ChangeBus, Directory};
//! use portcullis_middleware::session::Sessions;
//! use portcullis_middleware::{Gate, OrgResolver, Organizations};
//!
//! fn behind_the_gate(
//!     routes: axum::Router, directory: Arc<dyn Directory>, sessions: Sessions, changes: ChangeBus, words: Vocabulary,
//! ) -> Result<Gated<axum::Router>, Box<dyn std::error::Error>> {
//!     let memberships = Arc::new(DatabaseGrants::new(Arc::clone(&directory)));
//!     let sources = GrantSources::new().with_source("local", memberships);
//!     let organizations = Organizations::new(directory, sources, words);
//!     let gate = Gate::builder(organizations, changes, "https://portal.example.com".parse()?)
//!         .with_sessions(sessions)
//!         .with_organization_from([OrgResolver::PathAfter("/o/")])
//!         .build()?;
//!     Ok(gate.wrap(routes))
//! }
//! ```

pub mod api_key;
pub mod clock;
pub mod connections;
pub mod dpop;
mod epoch;
pub mod gate;
pub mod grants;
pub mod login;
pub mod oauth_client;
pub mod organizations;
pub mod port;
pub mod rejection;
pub mod reply;
pub mod require;
pub mod routing;
pub mod session;
mod stage;
pub mod token;
pub mod token_source;

pub use clock::Clock;
pub use gate::Gate;
pub use organizations::Organizations;
pub use portcullis_macros::{public, require_login, require_permission, require_role};
pub use rejection::Rejection;
pub use reply::ReturnTo;
pub use require::{Caller, Org, Require};
pub use routing::Router;
pub use stage::OrgResolver;

/// What the attributes expand to. Not for use by hand: write [`Require`] instead.
#[doc(hidden)]
pub mod __private {
    pub use portcullis_core as core;

    pub use crate::require::{Guard, Open};
}
