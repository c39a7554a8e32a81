//! The vocabulary of the gallery. Its cases are the examples: `NN_*` with the compiler's answer beside it, `ok_*`.

/// What may be done here.
pub mod permissions {
    portcullis_core::permissions! {
        /// What may be done in the gallery.
        granting: "members:manage";
        "invoices:view" => { label: "See invoices", holders: ["ORG_USER", "FINANCE"] },
        "invoices:pay" => { label: "Pay invoices", description: "Releases the payment.", holders: ["FINANCE"] },
        "invoices:download" => { label: "Download invoices", holders: ["FINANCE"] },
        "members:manage" => { label: "Manage members", holders: ["ORG_ADMIN"] },
        "notifications:mark_read",
    }
}
