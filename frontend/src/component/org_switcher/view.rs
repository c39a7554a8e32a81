//! The switcher's markup.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    prelude::*,
};
use portcullis_core::access::OrganizationSummary;
use web_sys::Event;

use super::{
    choice::Group,
    switch::{Switch, home_of},
    switcher::{Switcher, option_id},
};
use crate::{
    effect::effect,
    markup::{Element, follow},
    platform::uppercase,
    reason::listed,
};

/// Names the organization of the page and leads to the others.
///
/// Without script: a disclosure of links. With script: a dialog with a filter (combobox) and a
/// listbox; arrows, Home, End, Page Up and Page Down move, Enter switches, Ctrl+Enter opens a new
/// tab, Escape clears the filter, then closes.
#[component]
pub fn OrgSwitcher() -> impl IntoView {
    let switcher = Switcher::new();
    effect(move || switcher.enhance());
    let details = Element::new("details")
        .class("pc-switcher")
        .attributes(&[("data-part", "org-switcher"), ("name", "pc-topbar")])
        .live("data-state", move || Some(switcher.state_name()))
        .found_by(switcher.root)
        .on("toggle", move |_: Event| switcher.toggled())
        .on("keydown", move |event: KeyboardEvent| switcher.key_on_popover(&event))
        .child(trigger(switcher))
        .child(popover(switcher));
    (details.into_any(), note(switcher))
}

fn trigger(switcher: Switcher) -> Element {
    let shown_name = move || match switcher.switch() {
        Switch::Switching(name) => name,
        _ => switcher.current_name(),
    };
    Element::new("summary")
        .class("pc-switcher-trigger")
        .attribute("data-part", "org-switcher-trigger")
        .live("role", move || switcher.role("button"))
        .live("aria-haspopup", move || switcher.role("dialog"))
        .live("aria-expanded", move || switcher.is_enhanced().then(|| yes_or_no(switcher.is_open())))
        .live("aria-controls", move || switcher.is_open().then_some("pc-switcher-dialog"))
        .live("aria-label", move || Some(["Organization: ", &switcher.current_name(), ". Change"].concat()))
        .found_by(switcher.trigger)
        .on("keydown", move |event: KeyboardEvent| switcher.key_on_trigger(&event))
        .child(follow(move || tile(&shown_name()).into_any()))
        .child(follow(move || name(shown_name()).into_any()))
        .child(
            Element::new("svg")
                .class("pc-chevrons")
                .attributes(&[("viewBox", "0 0 16 16"), ("aria-hidden", "true")])
                .child(Element::new("path").attribute("d", "M5 6.5 8 3.5l3 3M5 9.5l3 3 3-3")),
        )
}

fn popover(switcher: Switcher) -> Element {
    Element::new("div")
        .class("pc-popover pc-switcher-body")
        .attributes(&[("id", "pc-switcher-dialog"), ("aria-labelledby", "pc-switcher-title")])
        .live("role", move || switcher.role("dialog"))
        .child(
            Element::new("div")
                .class("pc-switcher-title")
                .attribute("id", "pc-switcher-title")
                .child("Switch organization"),
        )
        .child(filter(switcher))
        .child(follow(move || list(switcher).into_any()))
        .child(follow(move || emptiness(switcher).into_any()))
        .child(follow(move || failure(switcher).into_any()))
        .child(follow(move || announcement(switcher).into_any()))
}

/// What stands there while no organization is listed.
fn emptiness(switcher: Switcher) -> Element {
    hidden_if(switcher.count() > 0, Element::new("p").class("pc-switcher-note").child(switcher.emptiness()))
}

fn failure(switcher: Switcher) -> Element {
    let failure = switcher.failure();
    let place = Element::new("p").class("pc-switcher-note pc-alert").attribute("role", "alert");
    hidden_if(failure.is_none(), place.child(failure.unwrap_or_default()))
}

/// What assistive technology is told.
fn announcement(switcher: Switcher) -> Element {
    Element::new("p")
        .class("pc-visually-hidden")
        .attributes(&[("role", "status"), ("aria-live", "polite")])
        .child(switcher.announced())
}

fn hidden_if(hidden: bool, element: Element) -> Element {
    if hidden { element.attribute("hidden", "") } else { element }
}

fn filter(switcher: Switcher) -> Element {
    Element::new("input")
        .class("pc-input pc-switcher-filter")
        .attributes(&[
            ("data-part", "org-switcher-filter"),
            ("type", "text"),
            ("role", "combobox"),
            ("aria-label", "Filter organizations"),
            ("aria-autocomplete", "list"),
            ("aria-expanded", "true"),
            ("aria-controls", "pc-switcher-list"),
            ("placeholder", "Find an organization"),
            ("autocomplete", "off"),
            ("spellcheck", "false"),
        ])
        .live("aria-activedescendant", move || switcher.is_open().then(|| option_id(switcher.active())))
        .live("hidden", move || (!switcher.is_enhanced()).then_some(""))
        .found_by(switcher.filter_input)
        .on("input", move |event: Event| switcher.filter_by(event_target_value(&event)))
        .on("keydown", move |event: KeyboardEvent| switcher.key_on_filter(&event))
}

fn list(switcher: Switcher) -> Element {
    let groups = switcher.with_groups(|groups| {
        let mut position = 0;
        let filled = groups.into_iter().filter(|group| !group.organizations.is_empty());
        filled
            .map(|Group { title, organizations }| {
                let options = organizations.into_iter().map(|organization| {
                    position += 1;
                    option(switcher, organization.clone(), position - 1)
                });
                Element::new("div")
                    .class("pc-org-group")
                    .attribute("aria-label", title)
                    .live("role", move || switcher.role("group"))
                    .child(Element::new("div").class("pc-org-heading").attribute("aria-hidden", "true").child(title))
                    .children(options)
            })
            .collect::<Vec<_>>()
    });
    Element::new("div")
        .class("pc-org-list")
        .attributes(&[("id", "pc-switcher-list"), ("aria-label", "Organizations")])
        .live("role", move || switcher.role("listbox"))
        .children(groups)
}

fn option(switcher: Switcher, organization: OrganizationSummary, position: usize) -> Element {
    let current = switcher.is_current(&organization);
    let active = move || switcher.is_enhanced() && switcher.active() == position;
    let roles = listed(&mut organization.roles.iter().map(|role| role.as_str()), ", ");
    let text = Element::new("span")
        .class("pc-org-text")
        .child(name(organization.name.clone()))
        .child(Element::new("span").class("pc-org-roles").child(roles));
    let mut option = Element::new("a")
        .class("pc-org-option")
        .attributes(&[("data-part", "org-switcher-option"), ("rel", "external")])
        .attribute("data-organization", organization.slug.to_string())
        .attribute("id", option_id(position))
        .attribute("href", home_of(organization.slug.as_str()))
        .live("data-active", move || active().then_some("true"))
        .live("role", move || switcher.role("option"))
        .live("tabindex", move || switcher.is_enhanced().then_some("-1"))
        .live("aria-selected", move || switcher.is_enhanced().then(|| yes_or_no(current)))
        .child(tile(&organization.name))
        .child(text);
    if current {
        option = option.attribute("aria-current", "true").child(check());
    }
    option.on("click", move |event: MouseEvent| {
        if event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()) {
            event.prevent_default();
            event.stop_propagation();
            switcher.choose(organization.clone());
        }
    })
}

/// What marks the organization of the page.
fn check() -> Element {
    Element::new("svg")
        .class("pc-check")
        .attributes(&[("viewBox", "0 0 16 16"), ("role", "img"), ("aria-label", "current")])
        .child(Element::new("path").attribute("d", "m3.5 8.5 3 3 6-7"))
}

/// What the switch that led here has to say.
fn note(switcher: Switcher) -> AnyView {
    let place =
        || Element::new("p").class("pc-switch-note").attributes(&[("data-part", "switch-note"), ("role", "status")]);
    follow(move || match switcher.note() {
        Some(note) => place()
            .child(Element::new("span").child(note))
            .child(
                Element::new("button")
                    .class("pc-dismiss")
                    .attributes(&[("type", "button"), ("aria-label", "Dismiss")])
                    .on("click", move |_: Event| switcher.dismiss_note())
                    .child("×"),
            )
            .into_any(),
        None => place().into_any(),
    })
}

fn name(name: String) -> Element {
    Element::new("span").class("pc-org-name").attribute("title", name.clone()).child(name)
}

/// The tile with the first letter of an organization's name.
fn tile(name: &str) -> Element {
    let letter: String = name.chars().take(1).collect();
    Element::new("span").class("pc-org-mark").attribute("aria-hidden", "true").child(uppercase(&letter))
}

const fn yes_or_no(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}
