//! The nouns of Portcullis and its one verb, [`decide`].
//!
//! Knows nothing of HTTP, clocks, runtimes, storage or user interfaces, and builds for wasm32, so
//! that a server and a browser reach the same answer by the same code.
//!
//! ```
//! use portcullis_core::{decide, Decision, GrantSet, PermissionSet, Requirement, Standing};
//! # use portcullis_core::permission::{Catalogue, PermissionInfo};
//! # #[derive(Clone, Copy, Debug)] struct Shop;
//! # impl Catalogue for Shop {
//! #     const ENTRIES: &'static [PermissionInfo] = &[PermissionInfo::new("invoices:view"), PermissionInfo::new("invoices:pay")];
//! # }
//! let pay = Shop::permission("invoices:pay");
//! let grants = GrantSet::new(["FINANCE"], [pay].into_iter().collect::<PermissionSet>(), 1);
//!
//! assert_eq!(decide(Standing::Member(&grants), &Requirement::Permission(pay)), Decision::Allow);
//! assert!(decide(Standing::Anonymous, &Requirement::Permission(pay)).is_deny());
//! ```

pub mod access;
pub mod decision;
pub mod grants;
pub mod id;
pub mod organization;
pub mod permission;
pub mod principal;
pub mod problem;
pub mod requirement;
pub mod role;
pub mod rule;
pub mod secret;

pub use access::{AccessContext, AccessSnapshot, OrgContext};
pub use decision::{Decision, Denial, Standing, decide};
pub use grants::{GrantSet, Revision};
pub use id::{KeyId, OrgId, UserId};
pub use organization::{OrgSlug, OrgStatus, Organization};
pub use permission::{Permission, PermissionSet};
pub use portcullis_macros::{permissions, requirement};
pub use principal::{Principal, Subject};
pub use problem::{ProblemDetails, ProblemKind};
pub use requirement::Requirement;
pub use role::{RoleName, RoleSet, RoleTable};
pub use rule::Rule;
pub use secret::Secret;
