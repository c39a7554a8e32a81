//! A role taken away changes the open page of its holder at once, and given back, changes it back.

use std::time::Duration;

use portcullis_tests::{Portal, PortalOptions};
use thirtyfour::prelude::*;

use crate::person::Person;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_taken_away_reaches_the_open_page_within_a_second() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let finance = Person::signed_in(&portal, "finance@acme.example").await?;
    finance.visit("/o/acme/invoices?state=open").await?;
    finance.sees_part(ALLOWED).await?;
    finance.value::<bool>("window.neverReloaded = true").await?;

    let owner = Person::signed_in(&portal, "owner@acme.example").await?;
    owner.visit("/o/acme/members?q=finance").await?;
    set_finance_role(&owner, false).await?;
    assert_soon(finance.sees_no(ALLOWED).await?);
    finance.sees_part(DENIED).await?;
    let reason = finance.browser.find(&format!("{DENIED} button")).await?.attr("aria-label").await?.unwrap_or_default();
    assert!(reason.contains("Pay invoices"), "{reason}");

    set_finance_role(&owner, true).await?;
    assert_soon(finance.sees_part(ALLOWED).await?);
    finance.sees_no(DENIED).await?;
    assert!(finance.value::<bool>("window.neverReloaded").await?, "the page was loaded anew");
    Ok(())
}

/// Ticks or unticks FINANCE on the members page and saves; back when the page says that it is saved.
async fn set_finance_role(owner: &Person, held: bool) -> WebDriverResult<()> {
    owner.press("[data-block=members] details.edit > summary").await?;
    let tick = owner.browser.find("details.edit[open] input[value=FINANCE]").await?;
    assert_eq!(tick.is_selected().await?, !held);
    tick.click().await?;
    owner.press("details.edit[open] button[type=submit]").await?;
    let chips = "document.querySelector('[data-block=members] .chips').innerText.includes('FINANCE')";
    owner.sees(&format!("{chips} === {held}")).await.map(|_| ())
}

fn assert_soon(waited: Duration) {
    assert!(waited < Duration::from_secs(1), "it took {waited:?}");
}

const ALLOWED: &str = "[data-part=can][data-permission='invoices:pay'][data-state=allowed]";
const DENIED: &str = "[data-part=can][data-permission='invoices:pay'][data-state=denied]";
