//! A submit button that explains itself when it may not be pressed.

use leptos::prelude::*;
use portcullis_core::{Decision, Permission};

use super::can::disabled_button;
use crate::use_access;

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
    #[prop(default = Signal::stored(true), into)]
    offered: Signal<bool>,
    /// Whether the form is on its way.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    let access = use_access();
    let decision = access.can(permission);
    let allowed = Memo::new(move |_| decision.with(Decision::is_allow) && offered.get());
    let state = move || if allowed.get() { "allowed" } else { "denied" };
    let body = move || {
        if allowed.get() {
            let name = if describes.is_empty() { label.clone() } else { format!("{label}: {describes}") };
            view! {
                <button type="submit" class=format!("pc-button {class}") aria-label=name disabled=move || busy.get()>
                    {label.clone()}
                </button>
            }
            .into_any()
        } else {
            let reason = match decision.get() {
                Decision::Deny(denial) => access.explain(&denial),
                Decision::Allow => {
                    crate::Reason { needed: "This is not available right now.".into(), ..crate::Reason::default() }
                }
            };
            disabled_button(&label, &class, &reason)
        }
    };
    view! {
        <span class="pc-can" data-part="can" data-permission=access.key(permission) data-state=state>
            {body}
        </span>
    }
    .into_any()
}
