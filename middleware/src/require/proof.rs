//! The extractor that is a guard, and its proof.

use std::{fmt, marker::PhantomData, ops::Deref};

use axum::extract::FromRequestParts;
use http::request::Parts;
use portcullis_core::{AccessContext, OrgContext, Rule, access::Access};

use super::enforce;
use crate::Rejection;

/// Runs a handler only if the rule's requirement is met; afterwards it is the proof of that.
///
/// ```
/// use portcullis_core::{permission::{Catalogue, PermissionInfo}, Requirement, Rule};
/// use portcullis_middleware::require::{Allowed, Require};
/// # #[derive(Clone, Copy, Debug)] struct Shop;
/// # impl Catalogue for Shop { const ENTRIES: &'static [PermissionInfo] = &[PermissionInfo::new("invoices:pay")]; }
///
/// struct PayInvoices;
/// impl Rule for PayInvoices {
///     const REQUIREMENT: &'static Requirement = &Requirement::Permission(Shop::VOCABULARY.expect("invoices:pay"));
/// }
///
/// // Nobody can call this without having passed the guard.
/// fn book_payment(_proof: &Allowed<PayInvoices>, invoice: u64) -> String {
///     format!("paid {invoice}")
/// }
///
/// async fn pay(proof: Require<PayInvoices>) -> String {
///     book_payment(&proof, 7)
/// }
/// ```
pub struct Require<R: Rule>(Allowed<R>);

/// The proof that a rule's requirement was met in this request, and the context it was met in.
///
/// # Security
/// Its only constructor is the guard. It is neither `Clone` nor `Default`.
pub struct Allowed<R: Rule> {
    access: Option<Access>,
    rule: PhantomData<fn() -> R>,
}

impl<R: Rule> Allowed<R> {
    /// States that the requirement was met.
    fn assertion(access: Option<Access>) -> Self {
        Self { access, rule: PhantomData }
    }

    /// The context in which it was met; `None` where the rule lets nobody pass too.
    #[must_use]
    pub fn context(&self) -> Option<&AccessContext> {
        self.access.as_deref()
    }

    /// The organization in which it was met.
    #[must_use]
    pub fn organization(&self) -> Option<&OrgContext> {
        self.context()?.organization()
    }
}

impl<R: Rule> Deref for Require<R> {
    type Target = Allowed<R>;

    fn deref(&self) -> &Allowed<R> {
        &self.0
    }
}

impl<R: Rule, S: Sync> FromRequestParts<S> for Require<R> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Rejection> {
        enforce(&parts.extensions, R::REQUIREMENT)?;
        Ok(Self(Allowed::assertion(parts.extensions.get::<Access>().cloned())))
    }
}

impl<R: Rule> fmt::Debug for Require<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Require({:?})", R::REQUIREMENT)
    }
}

impl<R: Rule> fmt::Debug for Allowed<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Allowed({:?})", R::REQUIREMENT)
    }
}
