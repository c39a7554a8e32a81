//! Shows its children to holders of a permission, and the others a reason.

use leptos::prelude::*;
use portcullis_core::{Decision, Permission};

use crate::{Reason, use_access};

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
    let decision = access.can(permission);
    let state = move || if decision.with(Decision::is_allow) { "allowed" } else { "denied" };
    let body = move || match decision.get() {
        Decision::Allow => children().into_any(),
        Decision::Deny(denial) => denied(mode, &fallback, &access.explain(&denial)),
    };
    view! {
        <span class="pc-can" data-part="can" data-permission=access.key(permission) data-state=state>
            {body}
        </span>
    }
    .into_any()
}

fn denied(mode: Mode, fallback: &str, reason: &Reason) -> AnyView {
    match mode {
        Mode::Disable => disabled_button(fallback, "", reason),
        Mode::Explain => view! {
            <span class="pc-reason" role="note">
                <strong>{reason.needed.clone()}</strong>
                <span>{reason.help()}</span>
            </span>
        }
        .into_any(),
        Mode::Hide => ().into_any(),
    }
}

/// A button that can be reached and read, and does nothing.
pub(super) fn disabled_button(label: &str, class: &str, reason: &Reason) -> AnyView {
    let sentence = reason.sentence();
    let name = format!("{label}, not available. {sentence}");
    let class = format!("pc-button pc-denied {class}");
    let tooltip = sentence.clone();
    view! {
        <button type="button" class=class aria-disabled="true" aria-label=name title=sentence>
            {label.to_owned()}
            <span class="pc-tooltip" aria-hidden="true">{tooltip}</span>
        </button>
    }
    .into_any()
}
