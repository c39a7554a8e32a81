//! The organization of the request, as an argument.

use axum::extract::FromRequestParts;
use http::request::Parts;
use portcullis_core::{OrgContext, ProblemKind, access::Access};

use crate::Rejection;

/// The organization that the gate entered for this request: a verified membership.
///
/// Data functions take the [`OrgContext`] within, never an id from the URL, so that a row of
/// another organization cannot be asked for. Refuses with 404 where no organization was named,
/// with 401 where nobody is signed in.
#[derive(Clone, Debug)]
pub struct Org(pub OrgContext);

impl<S: Sync> FromRequestParts<S> for Org {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Rejection> {
        let access = parts.extensions.get::<Access>().ok_or_else(|| Rejection::new(ProblemKind::Unauthenticated))?;
        let organization = access.organization().ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
        Ok(Self(organization.clone()))
    }
}
