//! The words of the laws.

portcullis_core::permissions! {
    granting: "roles:manage";
    "invoices:view", "invoices:pay", "invoices:download",
    "tickets:view", "tickets:create", "tickets:close",
    "members:view", "members:manage",
    "roles:manage", "audit:view",
}
