//! What may be done in the house.

portcullis_core::permissions! {
    granting: "members:manage";
    "invoices:view", "invoices:pay", "members:manage",
}
