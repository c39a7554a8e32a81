//! Shows its children to whoever is signed in.

use leptos::prelude::*;
use portcullis_core::Requirement;

use crate::{markup::follow, use_access};

/// Shows its children while somebody is signed in; they never run otherwise.
#[component]
pub fn SignedIn(
    /// What to show.
    children: ChildrenFn,
) -> impl IntoView {
    let gate = use_access().gate(Requirement::Login);
    follow(move || if gate.is_open() { children() } else { ().into_any() })
}
