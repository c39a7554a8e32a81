//! The vocabulary of the guarded modules.

portcullis_core::permissions! {
    granting: "members:manage";
    "invoices:view" => { label: "View invoices", description: "See invoices and their amounts.", holders: ["ORG_USER"] },
    "invoices:pay" => { label: "Pay invoices", description: "Pay an open invoice.", holders: ["FINANCE"] },
    "members:manage" => { label: "Manage members", description: "Hand out roles.", holders: ["ORG_ADMIN"] },
}
