//! A set of permissions behaves as a set of numbers, with ten thousand of them too.

use std::collections::BTreeSet;

use portcullis_core::{
    Permission, PermissionSet,
    permission::{Catalogue, PermissionInfo},
};
use proptest::{collection::vec, prelude::*};

/// How many permissions a large application may declare.
const MANY: usize = 10_000;

#[derive(Clone, Copy, Debug)]
struct Large;

impl Catalogue for Large {
    // Sets know places only; the keys do not matter here.
    const ENTRIES: &'static [PermissionInfo] = &[PermissionInfo::new("area:action"); MANY];
}

fn nth(index: usize) -> Permission {
    let (permission, _) = Large::VOCABULARY.iter().nth(index).unwrap();
    permission
}

fn set(model: &BTreeSet<Permission>) -> PermissionSet {
    model.iter().copied().collect()
}

/// Near zero, near the ends of machine words, and anywhere.
fn model() -> impl Strategy<Value = BTreeSet<Permission>> {
    let index = prop_oneof![0..3_usize, 62..66_usize, 126..130_usize, 0..MANY, MANY - 2..MANY];
    vec(index.prop_map(nth), 0..40).prop_map(|all| all.into_iter().collect())
}

proptest! {
    #[test]
    fn it_is_the_set_that_it_was_made_of(model in model(), probe in (0..MANY).prop_map(nth)) {
        let set = set(&model);
        prop_assert_eq!(set.iter().collect::<Vec<_>>(), model.iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(set.contains(probe), model.contains(&probe));
        prop_assert_eq!(set.is_empty(), model.is_empty());
    }

    #[test]
    fn union_intersection_superset_and_equality(a in model(), b in model()) {
        let (union, intersection): (BTreeSet<_>, BTreeSet<_>) = (&a | &b, &a & &b);
        prop_assert_eq!(set(&a).union(&set(&b)), set(&union));
        prop_assert_eq!(set(&a).intersection(&set(&b)), set(&intersection));
        prop_assert_eq!(set(&a).is_superset(&set(&b)), a.is_superset(&b));
        prop_assert!(set(&union).is_superset(&set(&a)) && set(&a).is_superset(&set(&intersection)));
        prop_assert_eq!(set(&a) == set(&b), a == b);
        prop_assert_eq!(set(&intersection).is_empty(), intersection.is_empty());
    }
}

#[test]
fn all_ten_thousand_at_once() {
    let all: PermissionSet = Large::VOCABULARY.iter().map(|(permission, _)| permission).collect();
    assert_eq!(all.iter().count(), MANY);
    assert!(Large::VOCABULARY.iter().all(|(permission, _)| all.contains(permission)));
    let even: PermissionSet = all.iter().filter(|permission| permission.index() % 2 == 0).collect();
    assert!(all.is_superset(&even) && !even.is_superset(&all));
    assert_eq!(even.union(&all), all);
    assert_eq!(even.intersection(&all), even);
}
