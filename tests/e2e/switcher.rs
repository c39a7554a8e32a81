//! The switcher's accessibility contract: roles, states, keys and focus.

use portcullis_tests::{Portal, PortalOptions};
use thirtyfour::prelude::*;

use crate::person::Person;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_switcher_keeps_its_contract() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let consultant = Person::signed_in(&portal, "consultant@example.net").await?;
    consultant.visit("/o/acme/tickets").await?;

    for (part, role) in [
        ("[data-part=org-switcher-trigger]", "button"),
        ("#pc-switcher-dialog", "dialog"),
        (FILTER, "combobox"),
        ("#pc-switcher-list", "listbox"),
        (OPTION, "option"),
    ] {
        consultant.sees(&format!("document.querySelector({part:?}).getAttribute('role') === {role:?}")).await?;
    }
    consultant.sees(&trigger("aria-haspopup", "dialog")).await?;
    consultant.sees(&trigger("aria-expanded", "false")).await?;

    // A letter on the trigger opens and filters.
    consultant.value::<bool>(&format!("document.querySelector({TRIGGER:?}).focus() ?? true")).await?;
    consultant.type_keys("g").await?;
    consultant.sees(&trigger("aria-expanded", "true")).await?;
    consultant.sees(&format!("document.activeElement.matches({FILTER:?})")).await?;
    consultant.sees(&format!("document.querySelectorAll({OPTION:?}).length === 2")).await?;
    consultant.type_keys("lo").await?;
    consultant.sees(&format!("document.querySelectorAll({OPTION:?}).length === 1")).await?;
    consultant
        .sees("document.querySelector('[data-part=org-switcher] [role=status]').innerText.includes('1 match')")
        .await?;

    // Escape clears the filter first, then closes and gives the focus back.
    consultant.type_keys(Key::Escape + "").await?;
    consultant.sees(&format!("document.querySelector({FILTER:?}).value === ''")).await?;
    consultant.sees(&trigger("aria-expanded", "true")).await?;
    consultant.type_keys(Key::Escape + "").await?;
    consultant.sees(&trigger("aria-expanded", "false")).await?;
    consultant.sees(&format!("document.activeElement.matches({TRIGGER:?})")).await?;

    // The keys move what is active, and the combobox says where it stands.
    consultant.type_keys(Key::Down + "").await?;
    consultant.sees(&active_is("acme")).await?;
    consultant.type_keys(Key::End + "").await?;
    consultant.sees(&active_is("globex")).await?;
    consultant.type_keys(Key::Home + "").await?;
    consultant.sees(&active_is("acme")).await?;
    consultant.type_keys(Key::Up + "").await?;
    consultant.sees(&active_is("globex")).await?;
    consultant
        .sees(&format!(
            "document.querySelector('{OPTION}[data-organization=acme]').getAttribute('aria-selected') === 'true'"
        ))
        .await?;

    // Control and Enter open another tab and leave this one.
    let before = consultant.browser.driver().windows().await?;
    consultant.type_with_control(Key::Enter).await?;
    let opened = loop {
        let now = consultant.browser.driver().windows().await?;
        if let Some(opened) = now.into_iter().find(|window| !before.contains(window)) {
            break opened;
        }
    };
    consultant.sees("location.pathname === '/o/acme/tickets'").await?;
    consultant.browser.switch_to(&opened).await?;
    consultant.arrives_at("/o/globex").await?;
    assert!(consultant.reads(TRIGGER).await?.contains("Globex"));
    Ok(())
}

/// The switch to an organization where the page is not to be seen says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_switch_that_cannot_keep_the_page_says_so() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let consultant = Person::signed_in(&portal, "consultant@example.net").await?;
    consultant.visit("/o/acme/audit").await?;
    consultant.press(TRIGGER).await?;
    consultant.press(&format!("{OPTION}[data-organization=globex]")).await?;
    consultant.sees("location.pathname === '/o/globex' && document.readyState === 'complete'").await?;
    consultant.sees_part("[data-part=switch-note] span").await?;
    let note = consultant.reads("[data-part=switch-note]").await?;
    assert!(note.contains("Globex"), "{note}");
    consultant.visit("/o/globex").await?;
    consultant.sees_no("[data-part=switch-note] span").await.map(|_| ())
}

fn trigger(attribute: &str, value: &str) -> String {
    format!("document.querySelector({TRIGGER:?}).getAttribute({attribute:?}) === {value:?}")
}

fn active_is(org: &str) -> String {
    format!(
        "document.getElementById(document.querySelector({FILTER:?}).getAttribute('aria-activedescendant'))?.dataset.organization === {org:?}"
    )
}

const FILTER: &str = "[data-part=org-switcher-filter]";
const OPTION: &str = "[data-part=org-switcher-option]";
const TRIGGER: &str = "[data-part=org-switcher-trigger]";
