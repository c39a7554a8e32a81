//! Neither of these is `resource:action`.
use portcullis_middleware::require_permission;

#[require_permission("pay", "Invoices:Pay")]
async fn pay() {}

fn main() {}
