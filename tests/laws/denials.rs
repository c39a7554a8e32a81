//! What a refusal says: it names a reason, and what it names is enough.

use portcullis_core::{Decision, Denial, GrantSet, PermissionSet, Standing, decide, decision::Missing};
use proptest::prelude::*;

use crate::generate::{caller, formula, formula_without_not};

proptest! {
    #[test]
    fn nobody_is_told_to_sign_in_and_somebody_never_is(formula in formula(), caller in caller()) {
        let decision = decide(caller.standing(), &formula.requirement().unwrap());
        let anonymous = matches!(caller.standing(), Standing::Anonymous);
        match decision {
            Decision::Allow => {}
            Decision::Deny(denial) => prop_assert_eq!(denial == Denial::Anonymous, anonymous),
        }
    }

    #[test]
    fn a_denial_names_what_is_missing(formula in formula_without_not(), caller in caller()) {
        if let Decision::Deny(Denial::Lacking(missing)) = decide(caller.standing(), &formula.requirement().unwrap()) {
            prop_assert_ne!(&missing, &Missing::default());
        }
    }

    #[test]
    fn nothing_that_is_held_is_named_as_missing(formula in formula(), caller in caller()) {
        let Standing::Member(grants) = caller.standing() else { return Ok(()) };
        if let Decision::Deny(Denial::Lacking(missing)) = decide(caller.standing(), &formula.requirement().unwrap()) {
            prop_assert!(!missing.permissions.iter().any(|one| grants.has_permission(*one)));
            prop_assert!(!missing.any_of_roles.iter().any(|one| grants.has_role(one)));
        }
    }

    #[test]
    fn granting_all_that_is_missing_allows(formula in formula_without_not(), caller in caller()) {
        let requirement = formula.requirement().unwrap();
        if let Decision::Deny(Denial::Lacking(missing)) = decide(caller.standing(), &requirement) {
            let held = match caller.standing() {
                Standing::Member(grants) => grants.clone(),
                Standing::Anonymous | Standing::SignedIn => GrantSet::default(),
            };
            let permissions: PermissionSet = missing.permissions.into_iter().collect();
            let granted = GrantSet::new(missing.any_of_roles.iter().map(AsRef::as_ref), permissions, 0);
            prop_assert!(decide(Standing::Member(&held.union(&granted)), &requirement).is_allow());
        }
    }
}
