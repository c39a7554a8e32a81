//! The macros of Portcullis: what a caller must hold, written on the item it guards.
//!
//! Use them through the crates that re-export them: `permissions!` and `requirement!` from
//! `portcullis_core`, the attributes from `portcullis_middleware` (handlers) or
//! `portcullis_frontend` (components, server functions), the derive from `portcullis_frontend`.
//! Each expansion names exactly one of these crates.
//!
//! Every macro is a pipe of pure functions: `parse` (tokens → what was written), `validate` (→ what
//! makes sense, all mistakes noted), `expand` (→ code, cannot fail) or `fallback` (the item as it
//! was, and the mistakes). With `PORTCULLIS_MACROS_DEBUG` in the environment they print what they wrote.

mod attribute;
mod debug;
mod flags;
mod formula;
mod key;
mod mistakes;
mod permissions;
mod requirement;
mod word;

use proc_macro::TokenStream;

use attribute::Kind;

/// Demands permissions in the organization of the request.
///
/// `#[require_permission("invoices:view", "invoices:pay")]` demands all that are listed. `any(…)`,
/// `all(…)` and `not(…)` nest, and `role("…")`, `permission("…")` and `login` may be mixed in.
/// `catalogue = path` at the end names a vocabulary other than `crate::permissions::Catalogue`.
/// A permission that the vocabulary does not declare is a compile error under the literal.
///
/// On an axum handler it adds a first extractor, so that a refusal comes before the body is read
/// and the argument proves that the question was asked; by hand: `_: Require<PayInvoices>` with a
/// rule of `requirement!`. On a `#[component]` it wraps the body in a gate, which opens and closes
/// with the rights of the caller: props must be `Clone` (`ChildrenFn`, not `Children`). On a
/// `#[server]` function it asks before the first statement.
///
/// It must stand above `#[component]`, `#[server]` and `#[debug_handler]`. Several attributes on one
/// item all apply, the topmost first.
///
/// ```ignore
/// #[require_permission("invoices:pay")]
/// async fn pay_invoice(Path(id): Path<InvoiceId>) -> Result<Json<Receipt>, AppError> { … }
/// ```
#[proc_macro_attribute]
pub fn require_permission(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::apply(Kind::RequirePermission, arguments.into(), item.into()).into()
}

/// Demands a role in the organization of the request.
///
/// `#[require_role("ORG_ADMIN", "ORG_OWNER")]` is content with any of those listed. The rest is as
/// for [`macro@require_permission`].
///
/// ```ignore
/// #[require_role("ORG_ADMIN")]
/// #[component]
/// fn MembersPage() -> impl IntoView { … }
/// ```
#[proc_macro_attribute]
pub fn require_role(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::apply(Kind::RequireRole, arguments.into(), item.into()).into()
}

/// Demands that somebody is signed in. The rest is as for [`macro@require_permission`].
#[proc_macro_attribute]
pub fn require_login(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::apply(Kind::RequireLogin, arguments.into(), item.into()).into()
}

/// Opens an item to everyone, and says why: that is a decision too, and the access matrix shows it.
///
/// ```ignore
/// #[public("the load balancer asks without a session")]
/// async fn healthz() -> &'static str { "ok" }
/// ```
#[proc_macro_attribute]
pub fn public(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::apply(Kind::Public, arguments.into(), item.into()).into()
}

/// Declares the application's permissions, once, in its module `permissions`.
///
/// It writes `Catalogue`, `VOCABULARY` and a constant for each key. All fields may be left out;
/// `granting` names the permission whose holders may hand out roles.
///
/// ```ignore
/// portcullis_core::permissions! {
///     /// What may be done in the portal.
///     granting: "members:manage";
///     "invoices:pay" => { label: "Pay invoices", description: "Releases the payment.", holders: ["FINANCE"] },
///     "members:manage" => { label: "Manage members", holders: ["ORG_ADMIN"] },
/// }
/// ```
#[proc_macro]
pub fn permissions(input: TokenStream) -> TokenStream {
    permissions::permissions(input.into()).into()
}

/// Gives requirements a name, so that a data function can demand their proof.
///
/// ```ignore
/// portcullis_core::requirement! {
///     /// May release money.
///     pub PayInvoices = permission("invoices:pay");
///     pub Boss = any(role("ORG_ADMIN"), role("ORG_OWNER"));
/// }
/// ```
///
/// `catalogue = path;` as the first line names a vocabulary other than `crate::permissions::Catalogue`.
#[proc_macro]
pub fn requirement(input: TokenStream) -> TokenStream {
    requirement::requirement(input.into()).into()
}

/// Makes a struct of `bool`s show what a caller may do with one resource.
///
/// Each field is an action; `#[flag("mark_read")]` names it where the field is called otherwise.
///
/// ```ignore
/// #[derive(PermissionFlags)]
/// #[flags(resource = "invoices")]
/// struct InvoiceFlags { view: bool, pay: bool, download: bool }
/// ```
#[proc_macro_derive(PermissionFlags, attributes(flags, flag))]
pub fn permission_flags(input: TokenStream) -> TokenStream {
    flags::derive(input.into()).into()
}
