//! A submit button that explains itself when it may not be pressed.

use leptos::prelude::*;
use portcullis_core::{Decision, Permission};

use super::can::{disabled_button, span};
use crate::{
    Reason,
    markup::{Element, follow},
    use_access,
};

/// A submit button for holders of the permission; for the others it is there, disabled, with the reason.
#[component]
pub fn CanButton(
    /// The permission that the form's endpoint demands.
    permission: Permission,
    /// The words on it.
    #[prop(into)]
    label: String,
    /// The classes of the button.
    #[prop(optional, into)]
    class: String,
    /// The name by which assistive technology calls it, where the words alone do not say on what it acts.
    #[prop(optional, into)]
    describes: String,
    /// The server's own flag for this resource, where the block carries one.
    #[prop(optional, into)]
    offered: Option<Signal<bool>>,
    /// Whether the form is on its way.
    #[prop(optional, into)]
    busy: Option<Signal<bool>>,
) -> impl IntoView {
    let access = use_access();
    let gate = access.gate(permission.into());
    let key = access.key(permission);
    follow(move || {
        let span = match gate.get() {
            Decision::Allow if offered.is_none_or(|offered| offered.get()) => {
                span(key, "allowed").child(submit_button(&label, &class, &describes, busy))
            }
            Decision::Allow => span(key, "denied").child(disabled_button(&label, &class, &Reason::unavailable())),
            Decision::Deny(denial) => {
                span(key, "denied").child(disabled_button(&label, &class, &access.explain(&denial)))
            }
        };
        span.into_any()
    })
}

fn submit_button(label: &str, class: &str, describes: &str, busy: Option<Signal<bool>>) -> Element {
    let name = if describes.is_empty() { label.to_owned() } else { [label, ": ", describes].concat() };
    let button = Element::new("button")
        .class(["pc-button ", class].concat())
        .attribute("type", "submit")
        .attribute("aria-label", name)
        .child(label.to_owned());
    match busy {
        Some(busy) => button.live("disabled", move || busy.get().then_some("")),
        None => button,
    }
}
