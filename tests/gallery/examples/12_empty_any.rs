//! `any()` of nothing would hold for nobody, `all()` of nothing for everybody.
use portcullis_middleware::require_permission;

#[require_permission("invoices:view", any(), all())]
async fn list() {}

fn main() {}
