//! What stands where something denied would have stood: what is missing, and who can grant it.

use leptos::prelude::*;
use portcullis_core::Denial;

use super::SignIn;
use crate::{markup::Element, use_access};

/// Says what is missing and who can grant it; offers the sign-in where that may help.
#[component]
pub fn AccessDenied(
    /// Why it was denied.
    denial: Denial,
) -> impl IntoView {
    let reason = use_access().explain(&denial);
    let title = if reason.sign_in_helps { "Please sign in" } else { "You do not have access to this" };
    Element::new("section")
        .class("pc-denied-page")
        .attribute("data-part", "access-denied")
        .child(Element::new("h1").child(title))
        .child(Element::new("p").child(reason.sentence()))
        .children(reason.sign_in_helps.then(|| view! { <SignIn/> }.into_any()))
        .into_any()
}
