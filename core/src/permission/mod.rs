//! Permissions: what exists ([`Catalogue`]), one of it ([`Permission`]), a set ([`PermissionSet`]).

mod catalogue;
mod flags;
mod nearest;
mod set;
mod unknown;

pub use catalogue::{Catalogue, Permission, PermissionInfo, Vocabulary};
pub use flags::Flags;
pub use nearest::nearest;
pub use set::PermissionSet;
