//! The proof of one rule is not the proof of another.
use portcullis_gallery::permissions;
use portcullis_middleware::require::{Allowed, Require};

portcullis_core::requirement! {
    pub ViewInvoices = permission("invoices:view");
    pub PayInvoices = permission("invoices:pay");
}

fn release(_: &Allowed<PayInvoices>) {}

async fn pay(proof: Require<ViewInvoices>) {
    release(&proof);
}

fn main() {}
