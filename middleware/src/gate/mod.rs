//! The gate: one service around the finished router that walks a request from credential to
//! access context.
//!
//! 1. The credential is extracted: the session cookie, a token or an API key, and one of them only.
//! 2. A cookie on an unsafe method must come from this origin.
//! 3. The session, token or key becomes a principal. No credential is anonymous; a *bad* one never is. A token that
//!    is bound to a key needs a fresh proof of it with each request (see [`crate::dpop`]).
//! 4. The organization that the request names is entered: 404 without a membership.
//! 5. The access context goes into the request's extensions: one value, one insert.
//! 6. On the way out, answers to a credential get `Vary` and `Cache-Control: private, no-store`,
//!    and a refusal becomes a page where a person navigates.
//!
//! Whether a route *needs* anything is decided at its door (see [`crate::require`]): public routes
//! pay for none of it.
//!
//! # Deployment caveats
//! - Wrap the finished router once ([`Gate::wrap`]), outside `Router::layer`: that spares each
//!   route a box.
//! - The public origin is configured and never read from `Host`; a proxy in front must not strip
//!   `Sec-Fetch-Site` or `Origin`.
//! - A proof of possession names the configured origin and the path: a proxy in front must pass paths on as they came.
//!   Each process remembers used proofs by itself, unless it is given a store ([`GateBuilder::with_used_proofs`]).
//! - An application's own caches in front of the gate see `Vary: Cookie, Authorization`.

mod builder;
mod enter;
mod future;
mod room;
mod service;

pub use builder::{ConfigError, GateBuilder};
pub(crate) use enter::Inner;
pub use future::ResponseFuture;
pub use service::{Gate, Gated};
