//! Guarded components: the body of a denied one never runs.

use leptos::prelude::*;
use portcullis_core::{Decision, Denial, Rule};

use crate::{component::AccessDenied, markup::follow, platform, use_access};

/// Shows the body where the rule holds, and says what is missing where it does not.
///
/// `#[require_permission(…)]` above `#[component]` wraps the body in this. On the server a denial
/// also sets the status of the page, so the page's route must render in `SsrMode::Async`.
pub fn gate<R: Rule, F, V>(body: F) -> impl IntoView
where
    F: Fn() -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let gate = use_access().gate(R::REQUIREMENT.clone());
    follow(move || match gate.get() {
        Decision::Allow => body().into_any(),
        Decision::Deny(denial) => {
            platform::set_status(if denial == Denial::Anonymous { 401 } else { 403 });
            view! { <AccessDenied denial/> }.into_any()
        }
    })
}

/// What a gate shows, for a component that returns `AnyView` by name.
pub fn erased(view: impl IntoView + 'static) -> AnyView {
    view.into_any()
}
