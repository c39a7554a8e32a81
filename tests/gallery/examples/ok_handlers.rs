//! Every kind of decision on a handler, on the guarded router.
use axum::{Json, extract::Path};
use portcullis_gallery::permissions;
use portcullis_middleware::routing::{Router, get, post};
use portcullis_middleware::{public, require_login, require_permission, require_role};

/// Pays.
#[require_permission("invoices:pay")]
async fn pay(Path(id): Path<u32>, Json(amount): Json<u32>) -> String {
    format!("{id}: {amount}")
}

#[require_role("ORG_ADMIN", "ORG_OWNER")]
async fn members() {}

#[require_login]
async fn me() -> &'static str {
    "me"
}

#[public("the load balancer asks without a session")]
async fn healthz() {}

fn main() {
    let _: Router = Router::new()
        .route("/pay/{id}", post(pay))
        .route("/members", get(members))
        .route("/me", get(me))
        .route("/healthz", get(healthz));
}
