//! Above the attribute, `debug_handler` describes a function that is no more.
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;

#[axum_macros::debug_handler]
#[require_permission("invoices:pay")]
async fn pay(body: String) -> String {
    body
}

fn main() {}
