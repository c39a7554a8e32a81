//! What may be done here, declared once.

portcullis_core::permissions! {
    "invoices:view" => { label: "View invoices" },
}
