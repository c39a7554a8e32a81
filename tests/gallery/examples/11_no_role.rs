//! No role at all.
use portcullis_middleware::require_role;

#[require_role()]
async fn members() {}

#[require_role("")]
async fn roles() {}

fn main() {}
