//! Who asks: one who holds the right, one who does not, and ten thousand others.

use std::ops::RangeInclusive;

use portcullis_bench_harness::token::{PERMISSIONS, ROLES};

/// Has all three roles.
pub(crate) const HOLDER: u32 = 1;
/// Is known, and has the first role only.
pub(crate) const UNENTITLED: u32 = 2;
/// Fill the stores.
pub(crate) const OTHERS: RangeInclusive<u32> = 3..=10_002;

/// The role that carries the required permission.
pub(crate) const REQUIRED_ROLE: &str = ROLES[1];

/// Everybody.
pub(crate) fn all() -> impl Iterator<Item = u32> {
    [HOLDER, UNENTITLED].into_iter().chain(OTHERS)
}

/// A person's roles.
pub(crate) fn roles(person: u32) -> &'static [&'static str] {
    if person == UNENTITLED { &ROLES[..1] } else { &ROLES }
}

/// A person's permissions.
pub(crate) fn permissions(person: u32) -> Vec<&'static str> {
    roles(person).iter().flat_map(|role| permissions_of(role)).copied().collect()
}

/// A role's permissions: two or three, and eight in all.
pub(crate) fn permissions_of(role: &str) -> &'static [&'static str] {
    match role {
        "FINANCE" => &PERMISSIONS[..2],
        "AUDITOR" => &PERMISSIONS[2..5],
        _ => &PERMISSIONS[5..],
    }
}
