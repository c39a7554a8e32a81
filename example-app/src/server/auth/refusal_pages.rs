//! Refusals for people, drawn like the rest of the portal.

use portcullis_middleware::{
    ReturnTo,
    reply::{Refusal, RefusalPages},
};

use crate::ui::standalone;

/// The portal's refusal pages.
pub(crate) struct PortalRefusalPages;

impl RefusalPages for PortalRefusalPages {
    fn sign_in(&self, return_to: &ReturnTo) -> String {
        format!("/sign-in?return_to={}", return_to.encoded())
    }

    fn page(&self, refusal: &Refusal<'_>) -> Option<String> {
        Some(standalone::error_page(refusal.problem))
    }
}
