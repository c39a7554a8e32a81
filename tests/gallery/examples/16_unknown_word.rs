//! A word that requirements do not know.
use portcullis_middleware::require_permission;

#[require_permission(some("invoices:view", "invoices:pay"))]
async fn list() {}

fn main() {}
