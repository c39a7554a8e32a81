//! A number, and the constant of a permission.
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;

#[require_permission(7, permissions::INVOICES_PAY)]
async fn pay() {}

fn main() {}
