//! A guarded handler is not called past its guard.
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;

#[require_permission("invoices:pay")]
async fn pay(id: u32) -> u32 {
    id
}

fn main() {
    let _ = pay(7);
}
