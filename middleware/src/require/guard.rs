//! The guard that an attribute inserts: it decides, and leaves nothing behind.

use std::{fmt, marker::PhantomData};

use axum::extract::FromRequestParts;
use http::request::Parts;
use portcullis_core::Rule;

use super::enforce;
use crate::Rejection;

/// Runs a handler only if the rule's requirement is met. `#[require_permission("…")]` and its sisters insert it;
/// where the proof is wanted, [`super::Require`] gives it.
pub struct Guard<R: Rule>(PhantomData<fn() -> R>);

impl<R: Rule, S: Sync> FromRequestParts<S> for Guard<R> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Rejection> {
        enforce(&parts.extensions, R::REQUIREMENT)?;
        Ok(Self(PhantomData))
    }
}

impl<R: Rule> fmt::Debug for Guard<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guard({:?})", R::REQUIREMENT)
    }
}
