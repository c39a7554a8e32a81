//! Below `#[server]` the attribute would guard what is already written.
use leptos::prelude::*;
use portcullis_frontend::require_permission;
use portcullis_gallery::permissions;

#[server]
#[require_permission("invoices:pay")]
async fn pay() -> Result<(), ServerFnError> {
    Ok(())
}

fn main() {}
