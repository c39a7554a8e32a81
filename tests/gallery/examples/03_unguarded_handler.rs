//! A route without a decision.
use portcullis_middleware::routing::{Router, get};

async fn invoices() {}

fn main() {
    let _: Router = Router::new().route("/invoices", get(invoices));
}
