//! The decision that everybody may pass.

use std::{convert::Infallible, fmt, marker::PhantomData};

use axum::extract::FromRequestParts;
use http::request::Parts;
use portcullis_core::rule::Public;

/// Lets everybody pass, for the reason that `P` gives. `#[public("why")]` inserts it.
pub struct Open<P: Public>(PhantomData<fn() -> P>);

impl<P: Public, S: Sync> FromRequestParts<S> for Open<P> {
    type Rejection = Infallible;

    async fn from_request_parts(_parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(PhantomData))
    }
}

impl<P: Public> fmt::Debug for Open<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Open({:?})", P::REASON)
    }
}
