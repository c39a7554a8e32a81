//! The portal as plain HTML: everything that matters works while WebAssembly does not load.

use portcullis_tests::{Portal, PortalOptions};
use thirtyfour::prelude::*;

use crate::person::Person;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_in_switching_listing_and_paying_work_as_plain_html() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let consultant = Person::unknown(&portal).await?;
    consultant.browser.block_wasm().await?;

    consultant.load("/o/globex/invoices").await?;
    consultant.browser.find("input[name=email]").await?.send_keys("consultant@example.net").await?;
    consultant.browser.find("input[name=password]").await?.send_keys("portcullis-demo" + Key::Enter).await?;
    consultant.arrives_at("/o/globex/invoices").await?;
    consultant.sees_part("[data-part=can][data-permission='invoices:pay'][data-state=denied]").await?;

    consultant.press("[data-part=org-switcher-trigger]").await?;
    consultant.press("[data-part=org-switcher-option][data-organization=acme]").await?;
    consultant.arrives_at("/o/acme").await?;
    assert!(consultant.reads("[data-part=org-switcher-trigger]").await?.contains("Acme GmbH"));

    consultant.press(".sidebar a[href='/o/acme/invoices']").await?;
    consultant.arrives_at("/o/acme/invoices").await?;
    consultant.press("select[name=state] option[value=open]").await?;
    consultant.press(".filters button[type=submit]").await?;
    consultant.sees("location.search.includes('state=open') && document.readyState === 'complete'").await?;
    consultant
        .sees("[...document.querySelectorAll('tr[data-row]')].every(row => row.dataset.state === 'open')")
        .await?;
    let first: String = consultant.value("document.querySelector('tr[data-row]').dataset.row").await?;
    consultant.press(".paging a[rel=next]").await?;
    consultant.sees("location.search.includes('page=2') && document.readyState === 'complete'").await?;
    assert!(consultant.reads(".paging").await?.contains("Page 2 of"));
    consultant.sees_no(&format!("tr[data-row='{first}']")).await?;

    let number = consultant.reads("tr[data-row] .mono").await?;
    consultant.press("tr[data-row] [data-state=allowed] button[type=submit]").await?;
    consultant
        .sees(&format!("document.readyState === 'complete' && !document.body.innerText.includes({number:?})"))
        .await?;
    consultant.sees("location.pathname === '/o/acme/invoices' && location.search.includes('page=2')").await?;
    consultant.load(&format!("/o/acme/invoices?q={number}")).await?;
    consultant.sees_part("tr[data-row][data-state=paid]").await?;
    consultant.sees_no("html[data-hydrated]").await.map(|_| ())
}
