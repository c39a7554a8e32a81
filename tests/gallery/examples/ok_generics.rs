//! Generics, where clauses, docs, other attributes and state stay as they were.
use axum::extract::State;
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;
use portcullis_middleware::routing::{Router, get};

trait Store: Clone + Send + Sync + 'static {}
impl Store for () {}

/// Lists.
#[require_permission("invoices:view")]
#[allow(clippy::unused_async, reason = "an example")]
#[cfg(not(target_os = "none"))]
async fn list<S>(State(_store): State<S>) -> Result<&'static str, String>
where
    S: Store,
{
    Ok("list")
}

#[require_permission("invoices:pay")]
#[axum_macros::debug_handler]
async fn pay(body: String) -> String {
    body
}

fn main() {
    let _: Router = Router::new().route("/", get(list::<()>)).route("/pay", get(pay));
}
