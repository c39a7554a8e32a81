//! Shows its children to holders of a role.

use leptos::prelude::*;
use portcullis_core::Requirement;

use crate::{markup::follow, use_access};

/// Shows its children to holders of the role in the organization of the page; they never run otherwise.
///
/// Prefer [`super::Can`]: what a role confers is data and may change.
#[component]
pub fn HasRole(
    /// The role.
    #[prop(into)]
    role: String,
    /// What its holders see.
    children: ChildrenFn,
) -> impl IntoView {
    let gate = use_access().gate(Requirement::role(role));
    follow(move || if gate.is_open() { children() } else { ().into_any() })
}
