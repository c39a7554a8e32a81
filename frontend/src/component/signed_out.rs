//! Shows its children to nobody in particular.

use leptos::prelude::*;

use crate::use_access;

/// Shows its children while nobody is signed in; they never run otherwise.
#[component]
pub fn SignedOut(
    /// What to show.
    children: ChildrenFn,
) -> impl IntoView {
    let signed_in = use_access().is_signed_in();
    move || (!signed_in.get()).then(|| children())
}
