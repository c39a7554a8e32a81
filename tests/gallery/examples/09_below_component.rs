//! Below `#[component]` likewise.
use leptos::prelude::*;
use portcullis_frontend::require_role;

#[component]
#[require_role("ORG_ADMIN")]
fn MembersPage() -> impl IntoView {
    "members"
}

fn main() {}
