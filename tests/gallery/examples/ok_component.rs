//! Components: guarded, doubly guarded, open.
use leptos::prelude::*;
use portcullis_frontend::{public, require_permission, require_role};
use portcullis_gallery::permissions;

/// Members.
#[require_role("ORG_ADMIN")]
#[require_permission("members:manage")]
#[component]
fn MembersPage(#[prop(into)] title: String, children: ChildrenFn) -> impl IntoView {
    view! { <h1>{title}</h1> {children()} }
}

#[require_role("ORG_ADMIN")]
#[component]
fn DangerZone() -> AnyView {
    view! { <h1>"Danger"</h1> }.into_any()
}

#[public("the sign-in page is for everybody")]
#[component]
fn SignIn() -> impl IntoView {
    "sign in"
}

fn main() {
    let _ = || view! { <MembersPage title="Members"><SignIn/><DangerZone/></MembersPage> };
}
