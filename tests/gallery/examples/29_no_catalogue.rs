//! No vocabulary in sight.
use portcullis_middleware::require_permission;

#[require_permission("invoices:pay")]
async fn pay() {}

fn main() {}
