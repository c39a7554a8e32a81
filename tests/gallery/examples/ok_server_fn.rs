//! Server functions: guarded, doubly guarded, open, named.
use leptos::prelude::*;
use portcullis_frontend::{public, require_login, require_permission};
use portcullis_gallery::permissions;

/// Pays.
#[require_permission("invoices:pay")]
#[server]
async fn pay_invoice_v2(id: u32) -> Result<u32, ServerFnError> {
    let paid = id;
    Ok(paid)
}

#[require_login]
#[require_permission(any("invoices:view", "invoices:download"))]
#[server(name = ListInvoices, prefix = "/api")]
async fn list() -> Result<(), ServerFnError> {
    Ok(())
}

#[public("shown on the landing page")]
#[server(News)]
async fn news() -> Result<(), ServerFnError> {
    Ok(())
}

fn main() {
    let _ = (pay_invoice_v2(1), list(), news());
}
