//! A closure carries no decision.
use portcullis_middleware::routing::{Router, get};

fn main() {
    let _: Router = Router::new().route("/invoices", get(|| async { "all of them" }));
}
