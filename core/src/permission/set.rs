//! A set of permissions as bits: one load and one mask to ask.

use super::Permission;

/// A set of permissions of one catalogue.
///
/// ```
/// use portcullis_core::{Permission, PermissionSet};
/// # use portcullis_core::permission::{Catalogue, PermissionInfo};
/// # #[derive(Clone, Copy, Debug)] struct Shop;
/// # impl Catalogue for Shop {
/// #     const ENTRIES: &'static [PermissionInfo] = &[PermissionInfo::new("a:x"), PermissionInfo::new("a:y")];
/// # }
/// let (x, y) = (Shop::permission("a:x"), Shop::permission("a:y"));
/// let set: PermissionSet = [x].into_iter().collect();
/// assert!(set.contains(x) && !set.contains(y));
/// ```
#[derive(Clone, Debug, Default, Eq)]
pub struct PermissionSet(Box<[u64]>);

impl PermissionSet {
    /// Whether the permission is in the set. What lies outside is not.
    #[must_use]
    #[inline]
    pub fn contains(&self, permission: Permission) -> bool {
        let (word, mask) = place(permission);
        self.0.get(word).is_some_and(|bits| bits & mask != 0)
    }

    /// Both sets together.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let (long, short) = if self.0.len() >= other.0.len() { (self, other) } else { (other, self) };
        let mut all = long.clone();
        all.add(short);
        all
    }

    /// Adds what is in the other set.
    pub fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            *self = self.union(other);
            return;
        }
        for (into, from) in self.0.iter_mut().zip(&other.0) {
            *into |= from;
        }
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    /// Whether everything of `other` is in here too.
    #[must_use]
    pub fn is_superset(&self, other: &Self) -> bool {
        other.iter().all(|permission| self.contains(permission))
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The permissions in catalogue order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            #[expect(clippy::cast_possible_truncation, reason = "every bit was set from a 16-bit index")]
            (0..64).filter(move |bit| bits & (1 << bit) != 0).map(move |bit| Permission((word * 64 + bit) as u16))
        })
    }
}

/// Equal when they hold the same permissions, whatever room each has.
impl PartialEq for PermissionSet {
    fn eq(&self, other: &Self) -> bool {
        let (long, short) = if self.0.len() >= other.0.len() { (self, other) } else { (other, self) };
        let (common, rest) = long.0.split_at(short.0.len());
        *common == *short.0 && rest.iter().all(|word| *word == 0)
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut bits: Vec<u64> = Vec::new();
        for permission in permissions {
            let (word, mask) = place(permission);
            if bits.len() <= word {
                bits.resize(word + 1, 0);
            }
            if let Some(into) = bits.get_mut(word) {
                *into |= mask;
            }
        }
        Self(bits.into())
    }
}

#[inline]
const fn place(permission: Permission) -> (usize, u64) {
    let index = permission.index();
    ((index / 64) as usize, 1 << (index % 64))
}
