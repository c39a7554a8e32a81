//! The routes, each with its decision.

use portcullis_middleware::{Org, Router, public, require_permission, routing::get};

pub fn routes() -> Router {
    Router::new().route("/", get(home)).route("/o/{org}/invoices", get(invoices))
}

#[public("the front door")]
async fn home() -> &'static str {
    "hello"
}

#[require_permission("invoices:view")]
async fn invoices(Org(org): Org) -> String {
    format!("the invoices of {}", org.organization().name)
}
