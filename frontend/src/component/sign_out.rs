//! The form that ends the session.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::refresh::sign_out_announcer;

/// A form whose button ends the session, in every tab of this browser.
#[component]
pub fn SignOut(
    /// The words on it.
    #[prop(default = "Sign out".into(), into)]
    label: String,
    /// The classes of the button.
    #[prop(default = "pc-button".into(), into)]
    class: String,
) -> impl IntoView {
    // The form itself is posted by the browser, with or without script; script only tells the other tabs.
    let announce = sign_out_announcer();
    let announce = move |_: SubmitEvent| announce();
    view! {
        <form method="post" action="/auth/logout" data-part="sign-out" on:submit=announce>
            <button type="submit" class=class>{label}</button>
        </form>
    }
    .into_any()
}
