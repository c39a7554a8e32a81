//! Neither does a constant answer.
use portcullis_middleware::routing::{Router, get};

fn main() {
    let _: Router = Router::new().route("/invoices", get("none"));
}
