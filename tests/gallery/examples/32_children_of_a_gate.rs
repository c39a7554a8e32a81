//! A gate may open twice, and `Children` can be shown once: take `ChildrenFn`.
use leptos::prelude::*;
use portcullis_frontend::require_login;

#[require_login]
#[component]
fn Members(children: Children) -> impl IntoView {
    children()
}

fn main() {}
