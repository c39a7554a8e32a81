//! No permission at all.
use portcullis_middleware::require_permission;

#[require_permission]
async fn pay() {}

#[require_permission()]
async fn refund() {}

fn main() {}
