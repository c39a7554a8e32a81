//! A proof is not made by hand.
use portcullis_gallery::permissions;
use portcullis_middleware::require::{Allowed, Require};

portcullis_core::requirement! {
    pub PayInvoices = permission("invoices:pay");
}

fn main() {
    let allowed = Allowed::<PayInvoices>::assertion(None);
    let _ = Require(allowed);
}
