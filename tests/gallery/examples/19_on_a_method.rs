//! A method is no handler.
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;

struct Invoices;

impl Invoices {
    #[require_permission("invoices:pay")]
    async fn pay(&self) {}
}

fn main() {}
