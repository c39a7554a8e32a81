//! axum's own `get` asks for no decision.
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;
use portcullis_middleware::routing::Router;

#[require_permission("invoices:view")]
async fn invoices() {}

fn main() {
    let _: Router = Router::new().route("/invoices", axum::routing::get(invoices));
}
