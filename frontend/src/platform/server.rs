//! The server's side: what the gate put into the request becomes what components ask.

use std::sync::Arc;

use http::{StatusCode, request::Parts};
use leptos::{
    prelude::{RwSignal, use_context},
    reactive::owner::with_context,
};
use portcullis_core::{AccessSnapshot, access::Access, rule::Access as AccessRule};

/// Nothing follows here.
pub(crate) const fn follow(_session: RwSignal<AccessSnapshot>) {}

/// A value made of the session, made once: while a page renders, the session is what it is.
#[derive(Clone)]
pub(crate) struct Derived<T>(T);

impl<T> Derived<T> {
    pub(crate) fn new(value: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self(value())
    }

    pub(crate) fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0)
    }
}

/// The snapshot for the page: the application's own, else a projection without the list of
/// organizations, else nobody.
pub(crate) fn snapshot() -> AccessSnapshot {
    with_context::<Parts, _>(|parts| {
        // Shared where the application can: Leptos copies a request's extensions for every page.
        let shared = parts.extensions.get::<Arc<AccessSnapshot>>().map(Arc::as_ref);
        let own = shared.or_else(|| parts.extensions.get::<AccessSnapshot>()).cloned();
        let access = parts.extensions.get::<Access>();
        own.or_else(|| access.map(|access| access.project(Vec::new())))
    })
    .flatten()
    .unwrap_or_default()
}

/// The verified context of the request that is being answered; none is nobody.
pub(crate) fn access_of_request() -> Option<Access> {
    with_context::<Parts, _>(|parts| parts.extensions.get::<Access>().cloned())?
}

/// Whether the request is a server function's own, and not a page that calls one while it renders.
pub(crate) fn is_server_fn_request() -> bool {
    with_context::<Parts, _>(|parts| ::server_fn::axum::server_fn_paths().any(|(path, _)| path == parts.uri.path()))
        .unwrap_or(false)
}

/// Sets the status of the response that is being rendered.
pub fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<leptos_axum::ResponseOptions>(), StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
}

/// A server function and what was decided about it, as its attribute wrote it down.
#[derive(Clone, Copy, Debug)]
pub struct DecidedServerFn {
    /// Where it answers.
    pub path: fn() -> &'static str,
    /// What it demands.
    pub access: fn() -> AccessRule,
}

/// The link-time registry that attributes write into.
#[doc(hidden)]
pub mod registry {
    pub use inventory::submit;
}

inventory::collect!(DecidedServerFn);

impl DecidedServerFn {
    /// Every server function that carries a decision.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        inventory::iter::<Self>()
    }
}

/// The paths of the server functions without a decision: a start must fail unless there is none.
#[must_use]
pub fn undecided_server_fns() -> Vec<String> {
    ::server_fn::axum::server_fn_paths()
        .filter(|(path, _)| !DecidedServerFn::all().any(|decided| (decided.path)() == *path))
        .map(|(path, _)| path.to_owned())
        .collect()
}

/// Writes a server function's decision into the link-time registry.
#[doc(hidden)]
#[macro_export]
macro_rules! __register_server_fn {
    ($function:ty, public $reason:literal) => {
        $crate::__private::registry::submit! {
            $crate::DecidedServerFn {
                path: || <$function as $crate::__private::leptos::server_fn::ServerFn>::PATH,
                access: || $crate::__private::core::rule::Access::Public { reason: $reason },
            }
        }
    };
    ($function:ty, $rule:ty) => {
        $crate::__private::registry::submit! {
            $crate::DecidedServerFn {
                path: || <$function as $crate::__private::leptos::server_fn::ServerFn>::PATH,
                access: || $crate::__private::core::rule::Access::Required(
                    <$rule as $crate::__private::core::Rule>::REQUIREMENT.clone(),
                ),
            }
        }
    };
}
