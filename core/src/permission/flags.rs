//! What a caller may do with one resource, as a struct of `bool`s.

use crate::Permission;

/// Flags for a block: one for each action of a resource.
///
/// `#[derive(PermissionFlags)]` writes the implementation, with every permission checked by the
/// compiler. They are for showing; the server decides again when something is done.
///
/// ```
/// use portcullis_core::{Permission, permission::Flags};
/// # portcullis_core::permissions! { "invoices:view", "invoices:pay" }
/// struct InvoiceFlags { view: bool, pay: bool }
///
/// impl Flags for InvoiceFlags {
///     fn decide(held: impl Fn(Permission) -> bool) -> Self {
///         Self { view: held(INVOICES_VIEW), pay: held(INVOICES_PAY) }
///     }
/// }
///
/// let flags = InvoiceFlags::decide(|permission| permission == INVOICES_VIEW);
/// assert!(flags.view && !flags.pay);
/// ```
pub trait Flags: Sized {
    /// Asks `held` for the permission behind each flag.
    fn decide(held: impl Fn(Permission) -> bool) -> Self;
}
