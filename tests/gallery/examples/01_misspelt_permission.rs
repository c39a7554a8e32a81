//! A permission that nobody declared.
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;

#[require_permission("invoices:pya")]
async fn pay() {}

fn main() {}
