//! Refusals for people.

use portcullis_core::{AccessContext, ProblemDetails};

use super::ReturnTo;

/// A refusal that a person should see as a page.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refusal<'a> {
    /// What was refused and why.
    pub problem: &'a ProblemDetails,
    /// Who asked; `None` = nobody, or not known.
    pub access: Option<&'a AccessContext>,
}

/// Draws refusals. What it does not draw stays a problem document.
pub trait RefusalPages: Send + Sync {
    /// Where a person signs in, and comes back from to `return_to`.
    fn sign_in(&self, return_to: &ReturnTo) -> String;

    /// The page for a refusal, as HTML.
    fn page(&self, refusal: &Refusal<'_>) -> Option<String>;
}

impl std::fmt::Debug for dyn RefusalPages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefusalPages")
    }
}
