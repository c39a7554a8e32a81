//! Open and guarded at once.
use portcullis_gallery::permissions;
use portcullis_middleware::{public, require_permission};

#[public("anybody may pay")]
#[require_permission("invoices:pay")]
async fn pay() {}

fn main() {}
