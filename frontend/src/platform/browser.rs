//! The browser's side: it decides nothing and reads what the page carried.

use leptos::prelude::{Memo, RwSignal, Track, With};
use portcullis_core::{AccessSnapshot, access::Access, rule::Access as AccessRule};

/// Makes whoever reads now read again when the session changes.
pub(crate) fn follow(session: RwSignal<AccessSnapshot>) {
    session.track();
}

/// A value made of the session, made again when the session changes.
#[derive(Clone)]
pub(crate) struct Derived<T: Send + Sync + 'static>(Memo<T>);

impl<T: PartialEq + Send + Sync> Derived<T> {
    pub(crate) fn new(value: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self(Memo::new(move |_| value()))
    }

    pub(crate) fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.0.with(read)
    }
}

/// Nobody: what the page did not carry is not believed.
pub(crate) fn snapshot() -> AccessSnapshot {
    AccessSnapshot::default()
}

/// There is no request here.
pub(crate) const fn access_of_request() -> Option<Access> {
    None
}

/// There is no request here.
pub(crate) const fn is_server_fn_request() -> bool {
    false
}

/// There is no response here.
pub const fn set_status(_status: u16) {}

/// A server function and what was decided about it; the registry exists on the server only.
#[derive(Clone, Copy, Debug)]
pub struct DecidedServerFn {
    /// Where it answers.
    pub path: fn() -> &'static str,
    /// What it demands.
    pub access: fn() -> AccessRule,
}

/// No registry, nothing undecided.
#[must_use]
pub const fn undecided_server_fns() -> Vec<String> {
    Vec::new()
}

/// The registry exists on the server only.
#[doc(hidden)]
pub mod registry {}

/// The registry exists on the server only.
#[doc(hidden)]
#[macro_export]
macro_rules! __register_server_fn {
    ($($decision:tt)*) => {};
}
