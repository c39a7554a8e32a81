//! An action that the resource does not have.
use portcullis_frontend::PermissionFlags;
use portcullis_gallery::permissions;

#[derive(PermissionFlags)]
#[flags(resource = "invoices")]
struct InvoiceFlags {
    view: bool,
    delete: bool,
}

fn main() {}
