//! Shows its children to holders of a permission, and the others a reason.

use leptos::prelude::*;
use portcullis_core::{Decision, Permission};

use crate::{
    Reason,
    markup::{Element, follow},
    use_access,
};

/// What those see who lack the permission.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The `fallback`, disabled, with the reason beside it.
    Disable,
    /// A card that says what is missing and who can grant it.
    Explain,
    /// Nothing.
    #[default]
    Hide,
}

/// Shows its children to holders of the permission; they never run for the others.
///
/// The page follows the session: a grant taken away takes the children away.
#[component]
pub fn Can(
    /// The permission that is asked for.
    permission: Permission,
    /// What those see who lack it.
    #[prop(optional)]
    mode: Mode,
    /// The words of the disabled button in [`Mode::Disable`].
    #[prop(optional, into)]
    fallback: String,
    /// What holders see.
    children: ChildrenFn,
) -> impl IntoView {
    let access = use_access();
    let gate = access.gate(permission.into());
    let key = access.key(permission);
    follow(move || {
        let span = match gate.get() {
            Decision::Allow => span(key, "allowed").child(children()),
            Decision::Deny(denial) => span(key, "denied").children(denied(mode, &fallback, || access.explain(&denial))),
        };
        span.into_any()
    })
}

/// What stands around everything that one permission opens.
pub(super) fn span(permission: &'static str, state: &'static str) -> Element {
    let attributes =
        [("class", "pc-can"), ("data-part", "can"), ("data-permission", permission), ("data-state", state)];
    Element::new("span").attributes(&attributes)
}

fn denied(mode: Mode, fallback: &str, reason: impl FnOnce() -> Reason) -> Option<Element> {
    match mode {
        Mode::Disable => Some(disabled_button(fallback, "", &reason())),
        Mode::Explain => Some(explanation(reason())),
        Mode::Hide => None,
    }
}

fn explanation(reason: Reason) -> Element {
    let help = reason.help();
    Element::new("span")
        .class("pc-reason")
        .attribute("role", "note")
        .child(Element::new("strong").child(reason.needed))
        .child(Element::new("span").child(help))
}

/// A button that can be reached and read, and does nothing.
pub(super) fn disabled_button(label: &str, class: &str, reason: &Reason) -> Element {
    let sentence = reason.sentence();
    let tooltip = Element::new("span").class("pc-tooltip").attribute("aria-hidden", "true").child(sentence.clone());
    Element::new("button")
        .class(["pc-button pc-denied ", class].concat())
        .attributes(&[("type", "button"), ("aria-disabled", "true")])
        .attribute("aria-label", [label, ", not available. ", &sentence].concat())
        .attribute("title", sentence)
        .child(label.to_owned())
        .child(tooltip)
}
