//! The access of the page as signals: who is here, where, and what they may do.

use leptos::{prelude::*, server::SharedValue};
use portcullis_core::{
    AccessSnapshot, Decision, Denial, Permission, Requirement,
    access::OrganizationSummary,
    permission::{Flags, Vocabulary},
};

use crate::{Reason, platform};

/// What components ask about access. Found by [`use_access`].
#[derive(Clone, Copy, Debug)]
pub struct AccessState {
    snapshot: RwSignal<AccessSnapshot>,
    vocabulary: Vocabulary,
}

/// Provides the access of the page to every component below. Call it once, at the root.
///
/// The snapshot is made on the server, travels with the page and is read from there in the browser.
pub fn provide_access(vocabulary: Vocabulary) -> AccessState {
    let snapshot = SharedValue::new(platform::snapshot).into_inner();
    let state = AccessState { snapshot: RwSignal::new(snapshot), vocabulary };
    provide_context(state);
    state
}

/// The access of the page. Where none was provided, nobody is signed in and nothing is allowed.
#[must_use]
pub fn use_access() -> AccessState {
    use_context().unwrap_or_else(|| AccessState {
        snapshot: RwSignal::new(AccessSnapshot::default()),
        vocabulary: Vocabulary::EMPTY,
    })
}

impl AccessState {
    /// The session.
    #[must_use]
    pub fn session(&self) -> Signal<AccessSnapshot> {
        self.snapshot.into()
    }

    /// Whether somebody is signed in.
    #[must_use]
    pub fn is_signed_in(&self) -> Signal<bool> {
        let snapshot = self.snapshot;
        Memo::new(move |_| snapshot.with(|snapshot| snapshot.authenticated)).into()
    }

    /// The organization of the page, if it has one.
    #[must_use]
    pub fn organization(&self) -> Signal<Option<OrganizationSummary>> {
        let snapshot = self.snapshot;
        Memo::new(move |_| snapshot.with(|snapshot| snapshot.organization.clone())).into()
    }

    /// The revision of the grants shown: what was loaded under another one is stale.
    #[must_use]
    pub fn revision(&self) -> Signal<u64> {
        let snapshot = self.snapshot;
        Memo::new(move |_| snapshot.with(|snapshot| snapshot.revision.unwrap_or_default())).into()
    }

    /// Decides, and decides again whenever the session changes.
    #[must_use]
    pub fn decide(&self, requirement: Requirement) -> Signal<Decision> {
        let Self { snapshot, vocabulary } = *self;
        Memo::new(move |_| snapshot.with(|snapshot| snapshot.decide(&requirement, vocabulary))).into()
    }

    /// Whether the permission is held, with the reason where it is not.
    #[must_use]
    pub fn can(&self, permission: Permission) -> Signal<Decision> {
        self.decide(Requirement::Permission(permission))
    }

    /// The typed flags of a block: one boolean per permission.
    #[must_use]
    pub fn flags<F: Flags + PartialEq + Send + Sync + 'static>(&self) -> Signal<F> {
        let Self { snapshot, vocabulary } = *self;
        Memo::new(move |_| {
            let grants = snapshot.with(|snapshot| snapshot.grants(vocabulary));
            F::decide(|permission| grants.as_ref().is_some_and(|grants| grants.has_permission(permission)))
        })
        .into()
    }

    /// The denial in words for the person who meets it.
    #[must_use]
    pub fn explain(&self, denial: &Denial) -> Reason {
        self.snapshot.with(|snapshot| Reason::of(denial, snapshot, self.vocabulary))
    }

    /// The key of a permission.
    #[must_use]
    pub fn key(&self, permission: Permission) -> &'static str {
        self.vocabulary.key(permission)
    }

    /// The application's permissions.
    #[must_use]
    pub const fn vocabulary(&self) -> Vocabulary {
        self.vocabulary
    }

    /// Shows another session from now on.
    pub fn set(&self, snapshot: AccessSnapshot) {
        if self.snapshot.with_untracked(|shown| *shown != snapshot) {
            self.snapshot.set(snapshot);
        }
    }
}
