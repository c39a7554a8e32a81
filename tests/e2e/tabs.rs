//! Two tabs stand in two organizations, and nothing of one ever shows in the other.

use std::collections::BTreeSet;
use std::time::Duration;

use portcullis_tests::{Portal, PortalOptions};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use thirtyfour::prelude::*;

use crate::{person::Person, rows::row_ids};

/// A tab with what belongs into it.
struct Tab {
    window: WindowHandle,
    org: &'static str,
    name: &'static str,
    rows: BTreeSet<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_keep_two_organizations_apart_under_random_clicking() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let consultant = Person::signed_in(&portal, "consultant@example.net").await?;
    let program = consultant.as_visitor(&portal).await?;
    let window = consultant.browser.tab().await?;
    let acme = Tab { window, org: "acme", name: "Acme GmbH", rows: row_ids(&program, "acme").await };
    consultant.visit("/o/acme").await?;
    let window = consultant.browser.open_tab().await?;
    let globex = Tab { window, org: "globex", name: "Globex", rows: row_ids(&program, "globex").await };
    consultant.visit("/o/globex").await?;
    let tabs = [acme, globex];

    let mut dice = StdRng::seed_from_u64(SEED);
    let mut rows_seen = 0;
    for step in 0..STEPS {
        let tab = &tabs[dice.random_range(0..tabs.len())];
        consultant.browser.switch_to(&tab.window).await?;
        let links = consultant.browser.find_all(".sidebar .nav-link").await?;
        let link = &links[dice.random_range(0..links.len())];
        let (href, words) = (link.attr("href").await?.unwrap_or_default(), link.text().await?);
        link.click().await?;
        let title = format!("{words} · {}", tab.name);
        consultant.sees(&format!("document.title === {title:?} && location.pathname === {href:?}")).await?;
        rows_seen += is_alone(&consultant, tab, step).await?;
    }
    assert!(rows_seen > STEPS, "only {rows_seen} rows were looked at");
    Ok(())
}

/// A browser has six connections to one origin; tabs that nobody sees must not hold them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_open_tabs_do_not_starve_each_other() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let owner = Person::signed_in(&portal, "owner@acme.example").await?;
    for tab in 1..=8 {
        owner.browser.open_tab().await?;
        let visit = tokio::time::timeout(Duration::from_secs(10), owner.visit("/o/acme/orders")).await;
        visit.unwrap_or_else(|_| panic!("tab {tab} did not load"))?;
    }
    Ok(())
}

/// Looks over a tab: the switcher, the forms and every row are of its own organization.
async fn is_alone(person: &Person, tab: &Tab, step: usize) -> WebDriverResult<usize> {
    person.sees_no("[data-part=block][data-state=loading]").await?;
    let shown = person.reads("[data-part=org-switcher-trigger] .pc-org-name").await?;
    assert_eq!(shown, tab.name, "step {step}");
    let links: Vec<String> = person
        .value("[...document.querySelectorAll('form, .content a')].map(it => it.getAttribute('action') ?? it.getAttribute('href')).filter(it => it?.includes('/o/'))")
        .await?;
    let home = format!("/o/{}", tab.org);
    assert!(links.iter().all(|link| link.contains(&home)), "step {step}: {links:?} in {}", tab.org);
    let rows: Vec<String> =
        person.value("[...document.querySelectorAll('[data-row]')].map(it => it.dataset.row)").await?;
    let strangers: Vec<_> = rows.iter().filter(|row| !tab.rows.contains(*row)).collect();
    assert!(strangers.is_empty(), "step {step}: {strangers:?} in {}", tab.org);
    Ok(rows.len())
}

const SEED: u64 = 0x0070_6f72_7463_756c;
const STEPS: usize = 30;
