//! What a switcher knows and does: the dialog, its keys, the choice.

use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};
use portcullis_core::access::OrganizationSummary;
use web_sys::{HtmlDetailsElement, HtmlElement, HtmlInputElement};

use super::{
    choice::{Group, announcement, groups, moved},
    note, recent,
    switch::{Switch, home_of, switch_to},
};
use crate::{AccessState, markup::Handle, use_access};

/// One switcher of the page.
#[derive(Clone, Copy)]
pub(super) struct Switcher {
    pub(super) root: Handle,
    pub(super) trigger: Handle,
    pub(super) filter_input: Handle,
    access: AccessState,
    state: RwSignal<State>,
    /// Apart from the rest: the list is made again only when this changes, or the session.
    search: RwSignal<Search>,
}

/// What decides which organizations are listed, and in which order.
#[derive(Clone, Debug, Default)]
struct Search {
    filter: String,
    recent: Vec<String>,
}

/// What changes while a person uses it.
#[derive(Clone, Debug, Default)]
struct State {
    /// Whether script runs: the first render, on both sides, is plain.
    enhanced: bool,
    open: bool,
    active: usize,
    switch: Switch,
    /// What the switch that led here has to say.
    note: Option<String>,
}

impl Switcher {
    pub(super) fn new() -> Self {
        Self {
            root: Handle::new(),
            trigger: Handle::new(),
            filter_input: Handle::new(),
            access: use_access(),
            state: RwSignal::new(State::default()),
            search: RwSignal::new(Search::default()),
        }
    }

    /// Turns the plain disclosure into a dialog.
    pub(super) fn enhance(self) {
        if let Some(slug) = self
            .access
            .with_session_untracked(|session| session.organization.as_ref().map(|current| current.slug.to_string()))
        {
            recent::remember(&slug);
        }
        self.search.update(|search| search.recent = recent::load());
        let note = note::take();
        self.state.update(|state| {
            state.enhanced = true;
            state.note = note;
        });
        let outside = window_event_listener_untyped("pointerdown", move |event| self.close_if_outside(&event));
        on_cleanup(move || outside.remove());
    }

    pub(super) fn is_enhanced(self) -> bool {
        self.state.with(|state| state.enhanced)
    }

    pub(super) fn is_open(self) -> bool {
        self.state.with(|state| state.open)
    }

    pub(super) fn active(self) -> usize {
        self.state.with(|state| state.active)
    }

    pub(super) fn switch(self) -> Switch {
        self.state.with(|state| state.switch.clone())
    }

    pub(super) fn note(self) -> Option<String> {
        self.state.with(|state| state.note.clone())
    }

    pub(super) fn dismiss_note(self) {
        self.state.update(|state| state.note = None);
    }

    pub(super) fn with_groups<T>(self, read: impl FnOnce(Vec<Group<'_>>) -> T) -> T {
        self.access.with_session(|session| {
            self.search.with(|search| read(groups(&session.organizations, &search.filter, &search.recent)))
        })
    }

    /// A role that holds once script runs.
    pub(super) fn role(self, role: &'static str) -> Option<&'static str> {
        self.is_enhanced().then_some(role)
    }

    pub(super) fn state_name(self) -> &'static str {
        self.state.with(|state| match state.switch {
            Switch::Switching(_) => "switching",
            Switch::Failed(_) => "failed",
            Switch::Idle if state.open => "open",
            Switch::Idle => "closed",
        })
    }

    pub(super) fn current_name(self) -> String {
        self.access.with_session(|session| {
            session.organization.as_ref().map_or_else(|| "No organization".into(), |org| org.name.clone())
        })
    }

    pub(super) fn is_current(self, organization: &OrganizationSummary) -> bool {
        self.access
            .with_session(|session| session.organization.as_ref().is_some_and(|current| current.id == organization.id))
    }

    pub(super) fn failure(self) -> Option<String> {
        match self.switch() {
            Switch::Failed(why) => Some(why),
            _ => None,
        }
    }

    /// What stands where no organization is listed.
    pub(super) fn emptiness(self) -> &'static str {
        if self.search.with(|search| search.filter.is_empty()) {
            "You are not a member of any organization yet. Ask an administrator to add you."
        } else {
            "No organization matches."
        }
    }

    pub(super) fn announced(self) -> String {
        match self.switch() {
            Switch::Switching(name) => ["Switching to ", &name].concat(),
            _ if self.is_open() => {
                let total = self.access.with_session(|session| session.organizations.len());
                announcement(total, self.count(), &self.search.with(|search| search.filter.clone()))
            }
            _ => String::new(),
        }
    }

    pub(super) fn count(self) -> usize {
        self.with_groups(|groups| groups.iter().map(|group| group.organizations.len()).sum())
    }

    fn at(self, position: usize) -> Option<OrganizationSummary> {
        untrack(|| {
            self.with_groups(|groups| groups.into_iter().flat_map(|group| group.organizations).nth(position).cloned())
        })
    }

    pub(super) fn filter_by(self, text: String) {
        if let Some(input) = self.filter_input.get::<HtmlInputElement>()
            && input.value() != text
        {
            input.set_value(&text);
        }
        self.search.update(|search| search.filter = text);
        self.activate(0);
    }

    fn activate(self, position: usize) {
        self.state.update(|state| state.active = position);
    }

    pub(super) fn toggled(self) {
        let open = self.root.get::<HtmlDetailsElement>().is_some_and(|root| root.open());
        self.state.update(|state| state.open = open);
        if open {
            if let Some(input) = self.filter_input.get::<HtmlElement>() {
                // Without focus the arrow keys of the trigger still work.
                input.focus().ok();
            }
        } else {
            self.filter_by(String::new());
        }
    }

    fn show(self, open: bool) {
        if let Some(root) = self.root.get::<HtmlDetailsElement>() {
            root.set_open(open);
        }
    }

    fn close_and_restore_focus(self) {
        self.show(false);
        if let Some(trigger) = self.trigger.get::<HtmlElement>() {
            // The dialog is closed either way.
            trigger.focus().ok();
        }
    }

    fn close_if_outside(self, event: &web_sys::Event) {
        use wasm_bindgen::JsCast;
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if let Some(root) = self.root.get::<HtmlElement>()
            && !root.contains(target.as_ref())
        {
            self.show(false);
        }
    }

    pub(super) fn choose(self, organization: OrganizationSummary) {
        if untrack(|| self.is_current(&organization)) {
            return self.close_and_restore_focus();
        }
        if !self.state.with_untracked(|state| matches!(state.switch, Switch::Switching(_))) {
            let show = move |switch| self.state.update(|state| state.switch = switch);
            spawn_local(switch_to(organization, show));
        }
    }

    pub(super) fn key_on_trigger(self, event: &KeyboardEvent) {
        let key = event.key();
        let letter =
            key.chars().count() == 1 && key.chars().all(|letter| !letter.is_ascii() || letter.is_ascii_alphanumeric());
        let with_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        if self.state.with_untracked(|state| state.open) || with_modifier {
            return;
        }
        match key.as_str() {
            "ArrowDown" => {}
            "ArrowUp" => self.activate(untrack(|| self.count()).saturating_sub(1)),
            _ if letter => self.filter_by(key),
            _ => return,
        }
        event.prevent_default();
        self.show(true);
    }

    pub(super) fn key_on_popover(self, event: &KeyboardEvent) {
        if event.key() != "Escape" || !self.state.with_untracked(|state| state.open) {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        if self.search.with_untracked(|search| search.filter.is_empty()) {
            self.close_and_restore_focus();
        } else {
            self.filter_by(String::new());
        }
    }

    pub(super) fn key_on_filter(self, event: &KeyboardEvent) {
        let active = self.state.with_untracked(|state| state.active);
        if event.key() == "Enter" {
            event.prevent_default();
            if let Some(organization) = self.at(active) {
                if event.ctrl_key() || event.meta_key() {
                    // A blocked window leaves everything as it is.
                    window().open_with_url_and_target(&home_of(organization.slug.as_str()), "_blank").ok();
                } else {
                    self.choose(organization);
                }
            }
        } else if let Some(next) = moved(&event.key(), active, untrack(|| self.count())) {
            event.prevent_default();
            self.activate(next);
            if let Some(option) = document().get_element_by_id(&option_id(next)) {
                option.scroll_into_view_with_bool(false);
            }
        }
    }
}

/// The `id` of an option.
pub(super) fn option_id(position: usize) -> String {
    ["pc-switcher-option-", &position.to_string()].concat()
}
