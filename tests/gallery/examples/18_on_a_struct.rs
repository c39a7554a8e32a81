//! Data is not guarded, what reads it is.
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;

#[require_permission("invoices:view")]
struct Invoice;

#[require_permission("invoices:view")]
impl Invoice {}

fn main() {}
