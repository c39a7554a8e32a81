//! Flags shown are decisions made.

use portcullis_core::{Permission, Requirement, permission::Flags};
use portcullis_wasm_decide::permissions::{
    INVOICES_DOWNLOAD, INVOICES_PAY, INVOICES_VIEW, TICKETS_CLOSE, TICKETS_CREATE, TICKETS_VIEW, VOCABULARY,
};
use proptest::prelude::*;

use crate::generate::context;

/// What a page knows of two resources, as `#[derive(PermissionFlags)]` writes it.
#[derive(Debug)]
struct Shown {
    invoices: [bool; 3],
    tickets: [bool; 3],
}

impl Flags for Shown {
    fn decide(held: impl Fn(Permission) -> bool) -> Self {
        Self {
            invoices: [INVOICES_VIEW, INVOICES_PAY, INVOICES_DOWNLOAD].map(&held),
            tickets: [TICKETS_VIEW, TICKETS_CREATE, TICKETS_CLOSE].map(&held),
        }
    }
}

proptest! {
    #[test]
    fn flags_are_the_decisions_of_the_server(context in context()) {
        let snapshot = context.project(Vec::new());
        let shown = Shown::decide(|one| snapshot.decide(&Requirement::Permission(one), VOCABULARY).is_allow());
        for (resource, flags) in [("invoices", shown.invoices), ("tickets", shown.tickets)] {
            let decided: Vec<bool> = VOCABULARY
                .actions_of(resource)
                .map(|(_, permission)| context.decide(&permission.into()).is_allow())
                .collect();
            prop_assert_eq!(decided, flags);
        }
    }
}
