//! The layers. See the module docs.

use std::{borrow::Cow, sync::Arc};

use portcullis_core::{Permission, Requirement};
use tower::Layer;

use super::Required;

/// A requirement around a router or any service. See the module docs.
///
/// ```
/// use axum::{Router, routing::get};
/// use portcullis_middleware::require::{require_login, require_role};
///
/// let admin: Router = Router::new().route("/admin", get(|| async { "hello" })).layer(require_role("ORG_ADMIN"));
/// let inside: Router = Router::new().route("/inside", get(|| async { "hello" })).layer(require_login());
/// # let _ = (admin, inside);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RequireLayer(Arc<Requirement>);

/// Demands anything.
pub fn require(requirement: impl Into<Requirement>) -> RequireLayer {
    RequireLayer(Arc::new(requirement.into()))
}

/// Demands somebody signed in.
pub fn require_login() -> RequireLayer {
    require(Requirement::Login)
}

/// Demands a permission of the catalogue, by its constant: `require_permission(permissions::INVOICES_PAY)`.
pub fn require_permission(permission: Permission) -> RequireLayer {
    require(permission)
}

/// Demands a role.
pub fn require_role(role: impl Into<Cow<'static, str>>) -> RequireLayer {
    require(Requirement::role(role))
}

impl RequireLayer {
    /// What is demanded.
    #[must_use]
    pub fn requirement(&self) -> &Requirement {
        &self.0
    }
}

impl<S> Layer<S> for RequireLayer {
    type Service = Required<S>;

    fn layer(&self, inner: S) -> Required<S> {
        Required::new(inner, Arc::clone(&self.0))
    }
}
