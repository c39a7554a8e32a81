//! The main job: pay in one organization, switch by keyboard, and find that one may only look there.

use http::StatusCode;
use portcullis_tests::{Portal, PortalOptions};
use thirtyfour::prelude::*;

use crate::{person::Person, rows::first_invoice};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_consultant_pays_in_acme_and_only_looks_in_globex() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let consultant = Person::signed_in(&portal, "consultant@example.net").await?;
    let program = consultant.as_visitor(&portal).await?;

    let invoice = first_invoice(&program, "acme", "overdue").await;
    let (id, number) = (invoice["id"].as_str().unwrap(), invoice["number"].as_str().unwrap());
    consultant.visit(&format!("/o/acme/invoices?q={number}")).await?;
    consultant.press(&format!("tr[data-row='{id}'] {PAY}[data-state=allowed] button")).await?;
    consultant.sees_part(&format!("tr[data-row='{id}'][data-state=paid]")).await?;
    consultant.sees_part("[data-block=invoices] [role=status]").await?;
    assert!(consultant.reads(&format!("tr[data-row='{id}']")).await?.contains("Paid"));
    consultant.sees_no(&format!("tr[data-row='{id}'] button")).await?;

    consultant.visit("/o/acme/invoices").await?;
    switch_by_keyboard(&consultant, "glob").await?;
    consultant.arrives_at("/o/globex/invoices").await?;
    consultant.browser.wait_hydrated().await?;
    assert_eq!(consultant.browser.driver().title().await?, "Invoices · Globex");

    consultant.load("/o/globex/invoices?state=open").await?;
    consultant.sees_part(&format!("{PAY}[data-state=denied]")).await?;
    consultant.sees_no(&format!("{PAY}[data-state=allowed]")).await?;
    let button = consultant.browser.find(&format!("{PAY} button")).await?;
    assert_eq!(button.attr("aria-disabled").await?.as_deref(), Some("true"));
    let name = button.attr("aria-label").await?.unwrap_or_default();
    assert!(name.contains("needs the permission “Pay invoices”"), "{name}");

    let invoice = first_invoice(&program, "globex", "open").await;
    let pay = format!("/api/o/globex/invoices/{}/pay", invoice["id"].as_str().unwrap());
    let refused = program.post_json(&pay, &()).await;
    assert_eq!((refused.status, refused.code().as_deref()), (StatusCode::FORBIDDEN, Some("permission-denied")));
    assert_eq!(refused.json()["missing"][0], "invoices:pay");
    Ok(())
}

/// Reaches the switcher, opens it, filters and chooses, all without a pointer.
async fn switch_by_keyboard(person: &Person, filter: &str) -> WebDriverResult<()> {
    for _ in 0..10 {
        person.type_keys(Key::Tab + "").await?;
        if person.value("document.activeElement.matches('[data-part=org-switcher-trigger]')").await? {
            person.type_keys(Key::Enter + "").await?;
            person.sees("document.activeElement.matches('[data-part=org-switcher-filter]')").await?;
            person.type_keys(filter).await?;
            person.sees("document.querySelectorAll('[data-part=org-switcher-option]').length === 1").await?;
            return person.type_keys(Key::Enter + "").await;
        }
    }
    panic!("the switcher is not among the first ten things that Tab reaches");
}

const PAY: &str = "[data-part=can][data-permission='invoices:pay']";
