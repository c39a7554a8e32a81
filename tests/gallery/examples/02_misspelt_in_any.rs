//! Two of three are misspelt, deep inside; both are reported.
use portcullis_gallery::permissions;
use portcullis_middleware::require_permission;

#[require_permission(any("invoices:veiw", not("members:manage"), all("invoice:pay")))]
async fn list() {}

fn main() {}
