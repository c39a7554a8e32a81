//! Flags of nothing, and one that is no `bool`.
use portcullis_frontend::PermissionFlags;

#[derive(PermissionFlags)]
struct InvoiceFlags {
    view: bool,
    pay: Option<bool>,
}

fn main() {}
