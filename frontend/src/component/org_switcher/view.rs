//! The switcher's markup and keys.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    task::spawn_local,
};
use portcullis_core::access::OrganizationSummary;

use super::{
    choice::{announcement, groups, moved},
    note, recent,
    switch::{Switch, home_of, switch_to},
};
use crate::use_access;

/// Names the organization of the page and leads to the others.
///
/// Without script: a disclosure of links. With script: a dialog with a filter (combobox) and a
/// listbox; arrows, Home, End, Page Up and Page Down move, Enter switches, Ctrl+Enter opens a new
/// tab, Escape clears the filter, then closes.
#[component]
pub fn OrgSwitcher() -> impl IntoView {
    let switcher = Switcher::new();
    Effect::new(move || switcher.enhance());
    let trigger_name = move || format!("Organization: {}. Change", switcher.current_name());
    let shown_name = move || match switcher.switch.get() {
        Switch::Switching(name) => name,
        _ => switcher.current_name(),
    };
    let list = move || {
        let mut position = 0;
        switcher
            .groups
            .get()
            .into_iter()
            .filter(|group| !group.organizations.is_empty())
            .map(|group| {
                let options = group
                    .organizations
                    .into_iter()
                    .map(|organization| {
                        position += 1;
                        option(switcher, organization, position - 1)
                    })
                    .collect_view();
                view! {
                    <div class="pc-org-group" role=move || switcher.role("group") aria-label=group.title>
                        <div class="pc-org-heading" aria-hidden="true">{group.title}</div>
                        {options}
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <details
            class="pc-switcher"
            data-part="org-switcher"
            data-state=move || switcher.state_name()
            name="pc-topbar"
            node_ref=switcher.root
            on:toggle=move |_| switcher.toggled()
            on:keydown=move |event| switcher.key_on_popover(&event)
        >
            <summary
                class="pc-switcher-trigger"
                data-part="org-switcher-trigger"
                role=move || switcher.role("button")
                aria-haspopup=move || switcher.role("dialog")
                aria-expanded=move || switcher.enhanced.get().then(|| switcher.open.get().to_string())
                aria-controls=move || switcher.open.get().then_some("pc-switcher-dialog")
                aria-label=trigger_name
                node_ref=switcher.trigger
                on:keydown=move |event| switcher.key_on_trigger(&event)
            >
                <span class="pc-org-mark" aria-hidden="true">{move || mark(&shown_name())}</span>
                <span class="pc-org-name" title=shown_name>{shown_name}</span>
                <svg class="pc-chevrons" viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M5 6.5 8 3.5l3 3M5 9.5l3 3 3-3"/>
                </svg>
            </summary>
            <div
                class="pc-popover pc-switcher-body"
                id="pc-switcher-dialog"
                role=move || switcher.role("dialog")
                aria-labelledby="pc-switcher-title"
            >
                <div class="pc-switcher-title" id="pc-switcher-title">"Switch organization"</div>
                <input
                    class="pc-input pc-switcher-filter"
                    data-part="org-switcher-filter"
                    type="text"
                    role="combobox"
                    aria-label="Filter organizations"
                    aria-autocomplete="list"
                    aria-expanded="true"
                    aria-controls="pc-switcher-list"
                    aria-activedescendant=move || switcher.open.get().then(|| option_id(switcher.active.get()))
                    placeholder="Find an organization"
                    autocomplete="off"
                    spellcheck="false"
                    hidden=move || !switcher.enhanced.get()
                    node_ref=switcher.filter_input
                    prop:value=move || switcher.filter.get()
                    on:input=move |event| switcher.filter_by(event_target_value(&event))
                    on:keydown=move |event| switcher.key_on_filter(&event)
                />
                <div class="pc-org-list" id="pc-switcher-list" role=move || switcher.role("listbox") aria-label="Organizations">
                    {list}
                </div>
                <p class="pc-switcher-note" hidden=move || { switcher.count() > 0 }>
                    {move || if switcher.filter.get().is_empty() {
                        "You are not a member of any organization yet. Ask an administrator to add you."
                    } else {
                        "No organization matches."
                    }}
                </p>
                <p class="pc-switcher-note pc-alert" role="alert" hidden=move || switcher.failure().is_none()>
                    {move || switcher.failure()}
                </p>
                <p class="pc-visually-hidden" role="status" aria-live="polite">{move || switcher.announced()}</p>
            </div>
        </details>
        <p class="pc-switch-note" data-part="switch-note" role="status">
            {move || switcher.note.get().map(|note| view! {
                <span>{note}</span>
                <button type="button" class="pc-dismiss" aria-label="Dismiss" on:click=move |_| switcher.note.set(None)>"×"</button>
            })}
        </p>
    }
    .into_any()
}

fn option(switcher: Switcher, organization: OrganizationSummary, position: usize) -> impl IntoView {
    let current = switcher.is_current(&organization);
    let active = move || switcher.enhanced.get() && switcher.active.get() == position;
    let roles = organization.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let chosen = organization.clone();
    let choose = move |event: MouseEvent| {
        if event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()) {
            event.prevent_default();
            event.stop_propagation();
            switcher.choose(chosen.clone());
        }
    };
    view! {
        <a
            class="pc-org-option"
            data-part="org-switcher-option"
            data-organization=organization.slug.to_string()
            data-active=move || active().then_some("true")
            id=option_id(position)
            href=home_of(organization.slug.as_str())
            rel="external"
            role=move || switcher.role("option")
            tabindex=move || switcher.enhanced.get().then_some("-1")
            aria-selected=move || switcher.enhanced.get().then(|| current.to_string())
            aria-current=current.then_some("true")
            on:click=choose
        >
            <span class="pc-org-mark" aria-hidden="true">{mark(&organization.name)}</span>
            <span class="pc-org-text">
                <span class="pc-org-name" title=organization.name.clone()>{organization.name.clone()}</span>
                <span class="pc-org-roles">{roles}</span>
            </span>
            {current.then(|| view! {
                <svg class="pc-check" viewBox="0 0 16 16" role="img" aria-label="current"><path d="m3.5 8.5 3 3 6-7"/></svg>
            })}
        </a>
    }
    .into_any()
}

/// The signals of one switcher.
#[derive(Clone, Copy)]
struct Switcher {
    root: NodeRef<html::Details>,
    trigger: NodeRef<html::Summary>,
    filter_input: NodeRef<html::Input>,
    /// Whether script runs: the first render, on both sides, is plain.
    enhanced: RwSignal<bool>,
    open: RwSignal<bool>,
    filter: RwSignal<String>,
    active: RwSignal<usize>,
    recent: RwSignal<Vec<String>>,
    switch: RwSignal<Switch>,
    /// What the switch that led here has to say.
    note: RwSignal<Option<String>>,
    organizations: Memo<Vec<OrganizationSummary>>,
    current: Signal<Option<OrganizationSummary>>,
    groups: Memo<Vec<super::choice::Group>>,
}

impl Switcher {
    fn new() -> Self {
        let access = use_access();
        let (filter, recent) = (RwSignal::new(String::new()), RwSignal::new(Vec::new()));
        let organizations = Memo::new(move |_| access.session().with(|session| session.organizations.clone()));
        Self {
            root: NodeRef::new(),
            trigger: NodeRef::new(),
            filter_input: NodeRef::new(),
            enhanced: RwSignal::new(false),
            open: RwSignal::new(false),
            filter,
            active: RwSignal::new(0),
            recent,
            switch: RwSignal::new(Switch::Idle),
            note: RwSignal::new(None),
            organizations,
            current: access.organization(),
            groups: Memo::new(move |_| {
                organizations.with(|all| filter.with(|filter| recent.with(|recent| groups(all, filter, recent))))
            }),
        }
    }

    /// Turns the plain disclosure into a dialog.
    fn enhance(self) {
        self.enhanced.set(true);
        if let Some(current) = self.current.get_untracked() {
            recent::remember(current.slug.as_str());
        }
        self.recent.set(recent::load());
        self.note.set(note::take());
        let outside = window_event_listener(leptos::ev::pointerdown, move |event| self.close_if_outside(&event));
        on_cleanup(move || outside.remove());
    }

    fn role(self, role: &'static str) -> Option<&'static str> {
        self.enhanced.get().then_some(role)
    }

    fn state_name(self) -> &'static str {
        match self.switch.get() {
            Switch::Switching(_) => "switching",
            Switch::Failed(_) => "failed",
            Switch::Idle if self.open.get() => "open",
            Switch::Idle => "closed",
        }
    }

    fn current_name(self) -> String {
        self.current.with(|current| current.as_ref().map_or_else(|| "No organization".into(), |org| org.name.clone()))
    }

    fn is_current(self, organization: &OrganizationSummary) -> bool {
        self.current.with(|current| current.as_ref().is_some_and(|current| current.id == organization.id))
    }

    fn failure(self) -> Option<String> {
        match self.switch.get() {
            Switch::Failed(why) => Some(why),
            _ => None,
        }
    }

    fn announced(self) -> String {
        match self.switch.get() {
            Switch::Switching(name) => format!("Switching to {name}"),
            _ if self.open.get() => {
                let total = self.organizations.with(Vec::len);
                announcement(total, self.count(), &self.filter.get())
            }
            _ => String::new(),
        }
    }

    fn count(self) -> usize {
        self.groups.with(|groups| groups.iter().map(|group| group.organizations.len()).sum())
    }

    fn at(self, position: usize) -> Option<OrganizationSummary> {
        self.groups.with_untracked(|groups| groups.iter().flat_map(|group| &group.organizations).nth(position).cloned())
    }

    fn filter_by(self, text: String) {
        self.filter.set(text);
        self.active.set(0);
    }

    fn toggled(self) {
        let open = self.root.get_untracked().is_some_and(|root| root.open());
        self.open.set(open);
        if open {
            if let Some(input) = self.filter_input.get_untracked() {
                // Without focus the arrow keys of the trigger still work.
                input.focus().ok();
            }
        } else {
            self.filter_by(String::new());
        }
    }

    fn show(self, open: bool) {
        if let Some(root) = self.root.get_untracked() {
            root.set_open(open);
        }
    }

    fn close_and_restore_focus(self) {
        self.show(false);
        if let Some(trigger) = self.trigger.get_untracked() {
            // The dialog is closed either way.
            trigger.focus().ok();
        }
    }

    fn close_if_outside(self, event: &leptos::ev::PointerEvent) {
        use wasm_bindgen::JsCast;
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if let Some(root) = self.root.get_untracked()
            && !root.contains(target.as_ref())
        {
            self.show(false);
        }
    }

    fn choose(self, organization: OrganizationSummary) {
        if self.is_current(&organization) {
            return self.close_and_restore_focus();
        }
        if !matches!(self.switch.get_untracked(), Switch::Switching(_)) {
            spawn_local(switch_to(organization, self.switch));
        }
    }

    fn key_on_trigger(self, event: &KeyboardEvent) {
        let key = event.key();
        let letter = key.chars().count() == 1 && key.chars().all(char::is_alphanumeric);
        let with_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        if self.open.get_untracked() || with_modifier {
            return;
        }
        match key.as_str() {
            "ArrowDown" => {}
            "ArrowUp" => self.active.set(self.count().saturating_sub(1)),
            _ if letter => self.filter_by(key),
            _ => return,
        }
        event.prevent_default();
        self.show(true);
    }

    fn key_on_popover(self, event: &KeyboardEvent) {
        if event.key() != "Escape" || !self.open.get_untracked() {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        if self.filter.with_untracked(String::is_empty) {
            self.close_and_restore_focus();
        } else {
            self.filter_by(String::new());
        }
    }

    fn key_on_filter(self, event: &KeyboardEvent) {
        let active = self.active.get_untracked();
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
        } else if let Some(next) = moved(&event.key(), active, self.count()) {
            event.prevent_default();
            self.active.set(next);
            if let Some(option) = document().get_element_by_id(&option_id(next)) {
                option.scroll_into_view_with_bool(false);
            }
        }
    }
}

fn option_id(position: usize) -> String {
    format!("pc-switcher-option-{position}")
}

/// The letter on an organization's tile.
fn mark(name: &str) -> String {
    name.chars().next().into_iter().flat_map(char::to_uppercase).collect()
}
