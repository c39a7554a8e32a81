//! What stands where something denied would have stood: what is missing, and who can grant it.

use leptos::prelude::*;
use portcullis_core::Denial;

use super::SignIn;
use crate::use_access;

/// Says what is missing and who can grant it; offers the sign-in where that may help.
#[component]
pub fn AccessDenied(
    /// Why it was denied.
    denial: Denial,
) -> impl IntoView {
    let reason = use_access().explain(&denial);
    let title = if reason.sign_in_helps { "Please sign in" } else { "You do not have access to this" };
    view! {
        <section class="pc-denied-page" data-part="access-denied">
            <h1>{title}</h1>
            <p>{reason.sentence()}</p>
            {reason.sign_in_helps.then(|| view! { <SignIn/> })}
        </section>
    }
    .into_any()
}
