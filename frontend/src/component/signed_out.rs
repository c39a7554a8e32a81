//! Shows its children to nobody in particular.

use leptos::prelude::*;
use portcullis_core::Requirement;

use crate::{markup::follow, use_access};

/// Shows its children while nobody is signed in; they never run otherwise.
#[component]
pub fn SignedOut(
    /// What to show.
    children: ChildrenFn,
) -> impl IntoView {
    let gate = use_access().gate(Requirement::Login);
    follow(move || if gate.is_open() { ().into_any() } else { children() })
}
