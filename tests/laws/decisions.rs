//! Who is let in: deny by default, more grants never harm, order does not matter.

use portcullis_core::{Decision, GrantSet, PermissionSet, Requirement, Standing, decide};
use portcullis_wasm_decide::Formula;
use proptest::{collection::vec, prelude::*};

use crate::generate::{caller, formula, formula_of_grants, formula_without_not, grants, permission, role};

fn allows(standing: Standing<'_>, requirement: &Requirement) -> bool {
    decide(standing, requirement).is_allow()
}

fn requirement(formula: &Formula) -> Requirement {
    formula.requirement().unwrap()
}

#[test]
fn an_empty_list_holds_for_nobody() {
    let everything = GrantSet::new(crate::generate::ROLES, PermissionSet::default(), 1);
    for empty in [Requirement::all([]), Requirement::any([]), Requirement::Not(Vec::new().into())] {
        for standing in [Standing::Anonymous, Standing::SignedIn, Standing::Member(&everything)] {
            assert!(decide(standing, &empty).is_deny(), "{empty:?} {standing:?}");
        }
    }
}

proptest! {
    #[test]
    fn nobody_meets_nothing_but_public(formula in formula()) {
        let open = formula == Formula::Public;
        prop_assert_eq!(allows(Standing::Anonymous, &requirement(&formula)), open);
    }

    #[test]
    fn without_grants_no_role_and_no_permission_is_held(formula in formula_of_grants()) {
        let nothing = GrantSet::default();
        prop_assert!(!allows(Standing::Member(&nothing), &requirement(&formula)));
        prop_assert!(!allows(Standing::SignedIn, &requirement(&formula)));
    }

    #[test]
    fn a_member_without_grants_stands_where_a_stranger_does(formula in formula()) {
        let requirement = requirement(&formula);
        let nothing = GrantSet::default();
        prop_assert_eq!(decide(Standing::Member(&nothing), &requirement), decide(Standing::SignedIn, &requirement));
    }

    #[test]
    fn more_grants_never_turn_allow_into_deny(formula in formula_without_not(), some in grants(), more in grants()) {
        let requirement = requirement(&formula);
        if allows(Standing::Member(&some), &requirement) {
            prop_assert!(allows(Standing::Member(&some.union(&more)), &requirement));
        }
    }

    #[test]
    fn order_does_not_matter((parts, shuffled) in vec(formula(), 0..5).prop_flat_map(|parts| {
        (Just(parts.clone()), Just(parts).prop_shuffle())
    }), caller in caller()) {
        for list in [Formula::All, Formula::Any, Formula::Not] {
            let (one, other) = (requirement(&list(parts.clone())), requirement(&list(shuffled.clone())));
            prop_assert_eq!(allows(caller.standing(), &one), allows(caller.standing(), &other));
        }
    }

    #[test]
    fn stacked_requirements_all_apply_in_any_order((stack, shuffled) in vec(formula(), 0..5).prop_flat_map(|stack| {
        (Just(stack.clone()), Just(stack).prop_shuffle())
    }), caller in caller()) {
        let stacked = |parts: &[Formula]| {
            let all = parts.iter().map(requirement).fold(Requirement::Public, Requirement::and);
            allows(caller.standing(), &all)
        };
        let each = stack.iter().all(|one| allows(caller.standing(), &requirement(one)));
        prop_assert_eq!(stacked(&stack), each);
        prop_assert_eq!(stacked(&shuffled), each);
    }

    #[test]
    fn and_is_conjunction(outer in formula(), inner in formula(), caller in caller()) {
        let (outer, inner) = (requirement(&outer), requirement(&inner));
        let both = allows(caller.standing(), &outer) && allows(caller.standing(), &inner);
        prop_assert_eq!(allows(caller.standing(), &outer.and(inner)), both);
    }

    #[test]
    fn public_is_the_neutral_element_of_and(formula in formula()) {
        let alone = requirement(&formula);
        prop_assert_eq!(&alone.clone().and(Requirement::Public), &alone);
        prop_assert_eq!(&Requirement::Public.and(alone.clone()), &alone);
    }

    #[test]
    fn not_admits_exactly_the_signed_in_whom_its_part_does_not(formula in formula(), caller in caller()) {
        let inner = requirement(&formula);
        let signed_in = !matches!(caller.standing(), Standing::Anonymous);
        let negated = allows(caller.standing(), &inner.clone().negated());
        prop_assert_eq!(negated, signed_in && !allows(caller.standing(), &inner));
    }

    #[test]
    fn one_grant_is_what_it_says(permission in permission(), role in role(), grants in grants()) {
        let standing = Standing::Member(&grants);
        prop_assert_eq!(allows(standing, &permission.into()), grants.has_permission(permission));
        prop_assert_eq!(decide(standing, &Requirement::role(role)) == Decision::Allow, grants.has_role(role));
    }
}
