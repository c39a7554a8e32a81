//! Who can grant what is missing: nobody grants what they lack.

use portcullis_core::{PermissionSet, RoleSet};
use proptest::{collection::vec, option, prelude::*};

use crate::generate::{permission, role, role_table};

proptest! {
    #[test]
    fn grantable_by_names_exactly_the_roles_that_hold_all_of_it(
        table in role_table(), missing in vec(permission(), 0..4), granting in option::of(permission())
    ) {
        let named = table.grantable_by(&missing, granting);
        for (role, held) in table.iter() {
            let holds = |one| held.contains(one);
            let can = granting.is_some_and(holds) && missing.iter().copied().all(holds);
            prop_assert_eq!(named.contains(role), can, "{}", role);
        }
        prop_assert!(named.iter().all(|role| table.permissions(role.as_str()).is_some()));
    }

    #[test]
    fn roles_confer_together_what_they_confer_alone(table in role_table(), held in vec(role(), 0..5)) {
        let together = table.expand(&held.iter().copied().collect::<RoleSet>());
        let alone = held.iter().filter_map(|role| table.permissions(role));
        prop_assert_eq!(together, alone.fold(PermissionSet::default(), |all, one| all.union(one)));
    }
}
