//! A data function demands the proof of a named rule; flags of a block.
use portcullis_core::permission::Flags;
use portcullis_frontend::PermissionFlags;
use portcullis_gallery::permissions;
use portcullis_middleware::require::{Allowed, Require};
use portcullis_middleware::routing::{Router, post};

portcullis_core::requirement! {
    /// May release money.
    pub PayInvoices = permission("invoices:pay");
    pub Boss = any(role("ORG_ADMIN"), role("ORG_OWNER"));
}

#[derive(Debug, PermissionFlags)]
#[flags(resource = "notifications")]
struct Notifications {
    #[flag("mark_read")]
    read: bool,
}

fn release(_: &Allowed<PayInvoices>) {}

async fn pay(proof: Require<PayInvoices>) {
    release(&proof);
}

fn main() {
    let flags = Notifications::decide(|permission| permission == permissions::NOTIFICATIONS_MARK_READ);
    assert!(flags.read);
    let _: Router = Router::new().route("/pay", post(pay));
}
