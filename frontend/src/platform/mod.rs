//! The only place that asks which side it is on. Both sides export the same signatures.

#[cfg(not(feature = "ssr"))]
mod browser;
mod json;
mod letters;
#[cfg(feature = "ssr")]
mod server;

#[cfg(not(feature = "ssr"))]
pub use browser::{DecidedServerFn, registry, set_status, undecided_server_fns};
#[cfg(not(feature = "ssr"))]
pub(crate) use browser::{Derived, access_of_request, follow, is_server_fn_request, snapshot};
pub(crate) use json::Json;
pub(crate) use letters::{lowercase, uppercase};
#[cfg(feature = "ssr")]
pub use server::{DecidedServerFn, registry, set_status, undecided_server_fns};
#[cfg(feature = "ssr")]
pub(crate) use server::{Derived, access_of_request, follow, is_server_fn_request, snapshot};
