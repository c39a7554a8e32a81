//! A vocabulary with doubles, and one that no longer exists.

portcullis_core::permissions! {
    granting: "roles:manage";
    "invoices:view" => { label: "See invoices" },
    "invoices:view" => { label: "View invoices" },
    "invoices_paid:view" => {},
    "invoices:paid_view" => {},
}

fn main() {}
