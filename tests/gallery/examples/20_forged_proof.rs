//! A proof is not made by hand.
use portcullis_gallery::permissions;
use portcullis_middleware::Require;

portcullis_core::requirement! {
    pub PayInvoices = permission("invoices:pay");
}

fn main() {
    let _ = Require::<PayInvoices>(std::marker::PhantomData);
}
