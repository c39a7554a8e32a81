//! Typed flags: a struct of booleans, one per permission, decided in one go.

use super::Permission;

/// A struct whose fields say which permissions are held. `#[derive(PermissionFlags)]` writes it.
///
/// ```
/// use portcullis_core::{Permission, permission::Flags};
/// # use portcullis_core::permission::{Catalogue, PermissionInfo};
/// # #[derive(Clone, Copy, Debug)] struct Shop;
/// # impl Catalogue for Shop {
/// #     const ENTRIES: &'static [PermissionInfo] = &[PermissionInfo::new("invoices:pay")];
/// # }
/// struct InvoiceFlags { pay: bool }
///
/// impl Flags for InvoiceFlags {
///     fn decide(held: impl Fn(Permission) -> bool) -> Self {
///         Self { pay: held(Shop::permission("invoices:pay")) }
///     }
/// }
/// assert!(!InvoiceFlags::decide(|_| false).pay);
/// ```
pub trait Flags: Sized {
    /// Asks for each permission whether it is held.
    fn decide(held: impl Fn(Permission) -> bool) -> Self;
}
