//! One method is guarded, the other is not.
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;
use portcullis_middleware::routing::{Router, get};

#[require_permission("invoices:view")]
async fn list() {}

async fn pay() {}

fn main() {
    let _: Router = Router::new().route("/invoices", get(list).post(pay));
}
