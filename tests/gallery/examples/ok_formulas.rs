//! `any`, `all`, `not`, roles among permissions, several attributes, a catalogue of one's own.
use portcullis_middleware::routing::{Router, get};
use portcullis_middleware::{require_login, require_permission, require_role};

#[require_permission(any("invoices:view", all("invoices:pay", role("FINANCE"))), catalogue = portcullis_gallery::permissions::Catalogue)]
#[require_role("ORG_USER", not("GUEST"))]
#[require_login]
async fn list() {}

mod inner {
    use super::*;

    #[require_role(all("FINANCE", "SUPPORT"))]
    #[must_use]
    pub(crate) async fn both() -> &'static str {
        "both"
    }
}

fn main() {
    let _: Router = Router::new().route("/", get(list)).route("/both", get(inner::both));
}
