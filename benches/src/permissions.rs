//! The permissions of the benches: those that the token names, and one that nobody holds.

portcullis_core::permissions! {
    granting: "members:manage";
    "invoices:view", "invoices:pay", "orders:view", "orders:place", "orders:approve",
    "pages:view", "pages:edit", "members:view", "members:manage",
}
