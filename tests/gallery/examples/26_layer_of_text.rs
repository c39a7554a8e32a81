//! A layer takes a declared permission, not its name.
use portcullis_middleware::require::require_permission;

fn main() {
    let _ = require_permission("invoices:pay");
}
