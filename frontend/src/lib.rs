//! Leptos: session, organization switcher, gates and permission flags.
//!
//! The server projects its decisions into one [`AccessSnapshot`](portcullis_core::AccessSnapshot),
//! which travels once with the page; components on both sides decide from it by the code of `core`.
//! What is shown is never an input to a decision: the server asks again at every request.
//!
//! ```
//! use leptos::prelude::*;
//! use portcullis_core::permission::{Catalogue, Permission, PermissionInfo};
//! use portcullis_frontend::{Can, provide_access};
//!
//! #[derive(Clone, Copy, Debug)]
//! struct Shop;
//! impl Catalogue for Shop {
//!     const ENTRIES: &'static [PermissionInfo] = &[PermissionInfo::new("invoices:pay")];
//! }
//! const PAY: Permission = Shop::VOCABULARY.expect("invoices:pay");
//!
//! #[component]
//! fn App() -> impl IntoView {
//!     provide_access(Shop::VOCABULARY);
//!     view! { <Can permission=PAY><button>"Pay"</button></Can> }
//! }
//! ```
//!
//! Features: `ssr` renders on the server, `hydrate` wakes its markup up, `csr` renders in the
//! browser alone. `ssr` wins where a workspace unifies them.

pub mod access;
pub mod component;
mod effect;
pub mod fetch;
pub mod guarded;
pub mod in_organization;
mod markup;
mod platform;
pub mod reason;
pub mod refresh;
pub mod server_fn;
mod wire;

pub use access::{AccessState, provide_access, use_access};
pub use component::{
    AccessDenied, Can, CanButton, HasRole, Mode, OrgSwitcher, SignIn, SignOut, SignedIn, SignedOut, UserMenu,
};
pub use in_organization::InOrganization;
pub use platform::{DecidedServerFn, set_status, undecided_server_fns};
pub use portcullis_macros::{PermissionFlags, public, require_login, require_permission, require_role};
pub use reason::Reason;
pub use refresh::{OutcomeOfSession, keep_fresh};

#[doc(hidden)]
pub mod __private {
    //! What the attribute macros expand to. Not for people.

    pub use portcullis_core as core;

    pub use crate::platform::registry;
    pub use crate::{
        guarded::{erased, gate},
        server_fn::{Refused, check},
    };
    pub use leptos;
}
