//! The form that ends the session.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::{markup::Element, refresh::sign_out_announcer};

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
    Element::new("form")
        .attributes(&[("method", "post"), ("action", "/auth/logout"), ("data-part", "sign-out")])
        .on("submit", move |_: SubmitEvent| announce())
        .child(Element::new("button").attribute("type", "submit").class(class).child(label))
        .into_any()
}
