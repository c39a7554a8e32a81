//! A snapshot that went through JSON decides as the context it was made of.

use portcullis_core::{AccessSnapshot, Requirement};
use portcullis_wasm_decide::permissions::VOCABULARY;
use proptest::prelude::*;

use crate::generate::{context, formula, organizations};

fn through_json(snapshot: &AccessSnapshot) -> AccessSnapshot {
    serde_json::from_str(&serde_json::to_string(snapshot).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn it_decides_as_the_context_does(context in context(), others in organizations(), formula in formula()) {
        let snapshot = through_json(&context.project(others));
        let requirement = formula.requirement().unwrap();
        prop_assert_eq!(snapshot.decide(&requirement, VOCABULARY), context.decide(&requirement));
        for (permission, info) in VOCABULARY.iter() {
            let requirement = Requirement::Permission(permission);
            prop_assert_eq!(snapshot.decide(&requirement, VOCABULARY), context.decide(&requirement), "{}", info.key);
        }
    }

    #[test]
    fn nothing_is_lost_on_the_way(context in context(), others in organizations()) {
        let snapshot = context.project(others);
        prop_assert_eq!(through_json(&snapshot), snapshot);
    }

    #[test]
    fn what_no_page_carried_is_nobody(formula in formula()) {
        let requirement = formula.requirement().unwrap();
        let nobody = portcullis_core::decide(portcullis_core::Standing::Anonymous, &requirement);
        prop_assert_eq!(AccessSnapshot::default().decide(&requirement, VOCABULARY), nobody);
    }
}
