//! A router that accepts only handlers with an access decision, and records what each decided.
//!
//! ```
//! use portcullis_core::{Requirement, Rule};
//! use portcullis_middleware::{require::Require, routing::{Router, get}};
//!
//! struct Insiders;
//! impl Rule for Insiders {
//!     const REQUIREMENT: &'static Requirement = &Requirement::Login;
//! }
//! async fn inside(_: Require<Insiders>) -> &'static str { "hello" }
//!
//! let (router, routes) = Router::<()>::new().route("/inside", get(inside)).into_parts();
//! assert_eq!(routes.iter().next().unwrap().path, "/inside");
//! # let _: axum::Router = router;
//! ```
//!
//! A handler without a decision does not compile. The one way around takes a reason:
//! [`Router::dangerous_undecided`].

mod decided;
mod method;
mod record;
mod router;

pub use decided::{AccessRule, Decided};
pub use method::{MethodRoutes, delete, get, patch, post, put};
pub use record::{RouteRecord, RouteTable};
pub use router::Router;
