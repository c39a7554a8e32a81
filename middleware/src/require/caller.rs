//! Whoever is signed in, as an argument.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use portcullis_core::{ProblemKind, access::Access};

use crate::Rejection;

/// The access context of the request. Refuses with 401 where nobody is signed in; `Option<Caller>`
/// does not.
#[derive(Clone, Debug)]
pub struct Caller(pub Access);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Rejection> {
        find(parts).ok_or_else(|| Rejection::new(ProblemKind::Unauthenticated))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Rejection> {
        Ok(find(parts))
    }
}

fn find(parts: &Parts) -> Option<Caller> {
    parts.extensions.get::<Access>().cloned().map(Caller)
}
