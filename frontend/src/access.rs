//! The access of the page as signals: who is here, where, and what they may do.

use leptos::{prelude::*, server::SharedValue};
use portcullis_core::{
    AccessSnapshot, Decision, Denial, GrantSet, Permission, Requirement, Standing,
    access::OrganizationSummary,
    decide,
    permission::{Flags, Vocabulary},
};

use crate::{
    Reason,
    platform::{self, Derived},
    wire::SessionText,
};

/// What components ask about access. Found by [`use_access`].
#[derive(Clone, Copy, Debug)]
pub struct AccessState {
    snapshot: RwSignal<AccessSnapshot>,
    /// What the snapshot says of the person, ready to be decided on; as old as the snapshot.
    known: StoredValue<Known>,
    vocabulary: Vocabulary,
}

/// The keys of a snapshot as bits, found once for all that ask.
#[derive(Debug)]
struct Known {
    authenticated: bool,
    grants: Option<GrantSet>,
}

impl Known {
    fn of(snapshot: &AccessSnapshot, vocabulary: Vocabulary) -> Self {
        Self { authenticated: snapshot.authenticated, grants: snapshot.grants(vocabulary) }
    }

    fn standing(&self) -> Standing<'_> {
        match &self.grants {
            _ if !self.authenticated => Standing::Anonymous,
            Some(grants) => Standing::Member(grants),
            None => Standing::SignedIn,
        }
    }
}

/// One requirement's answer, as a component follows it: again when the session changes, and told only
/// when the answer does.
#[derive(Clone)]
pub(crate) struct Gate(Derived<Decision>);

impl Gate {
    pub(crate) fn get(&self) -> Decision {
        self.0.with(Clone::clone)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.with(Decision::is_allow)
    }
}

/// Provides the access of the page to every component below. Call it once, at the root.
///
/// The snapshot is made on the server, travels with the page and is read from there in the browser.
pub fn provide_access(vocabulary: Vocabulary) -> AccessState {
    let carried = SharedValue::<_, SessionText>::new_with_encoding(platform::snapshot);
    let state = AccessState::new(carried.into_inner(), vocabulary);
    provide_context(state);
    state
}

/// The access of the page. Where none was provided, nobody is signed in and nothing is allowed.
#[must_use]
pub fn use_access() -> AccessState {
    use_context().unwrap_or_else(|| AccessState::new(AccessSnapshot::default(), Vocabulary::EMPTY))
}

impl AccessState {
    fn new(snapshot: AccessSnapshot, vocabulary: Vocabulary) -> Self {
        let known = StoredValue::new(Known::of(&snapshot, vocabulary));
        Self { snapshot: RwSignal::new(snapshot), known, vocabulary }
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> Signal<AccessSnapshot> {
        self.snapshot.into()
    }

    /// Reads the session, and follows it. For the components of this crate: [`Self::session`] gives a
    /// type that may hold any kind of signal, and the browser would load the code of each.
    pub(crate) fn with_session<T>(&self, read: impl FnOnce(&AccessSnapshot) -> T) -> T {
        self.snapshot.with(read)
    }

    /// The same without following it.
    pub(crate) fn with_session_untracked<T>(&self, read: impl FnOnce(&AccessSnapshot) -> T) -> T {
        self.snapshot.with_untracked(read)
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
        let access = *self;
        Memo::new(move |_| access.decide_now(&requirement)).into()
    }

    /// The same for the components of this crate.
    pub(crate) fn gate(&self, requirement: Requirement) -> Gate {
        let access = *self;
        Gate(Derived::new(move || access.decide_now(&requirement)))
    }

    fn decide_now(&self, requirement: &Requirement) -> Decision {
        self.with_known(|known| decide(known.standing(), requirement))
    }

    /// Reads what is known, and follows the snapshot.
    fn with_known<T>(&self, read: impl FnOnce(&Known) -> T) -> T {
        platform::follow(self.snapshot);
        self.known.with_value(read)
    }

    /// Whether the permission is held, with the reason where it is not.
    #[must_use]
    pub fn can(&self, permission: Permission) -> Signal<Decision> {
        self.decide(Requirement::Permission(permission))
    }

    /// The typed flags of a block: one boolean per permission.
    #[must_use]
    pub fn flags<F: Flags + PartialEq + Send + Sync + 'static>(&self) -> Signal<F> {
        let access = *self;
        Memo::new(move |_| {
            access.with_known(|Known { grants, .. }| {
                F::decide(|permission| grants.as_ref().is_some_and(|grants| grants.has_permission(permission)))
            })
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
            self.known.set_value(Known::of(&snapshot, self.vocabulary));
            self.snapshot.set(snapshot);
        }
    }
}
