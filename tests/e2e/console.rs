//! Every page of an organization wakes up without a warning and without an error.

use portcullis_tests::{Portal, PortalOptions};
use thirtyfour::prelude::*;

use crate::person::Person;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_complains_in_the_console() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let owner = Person::unknown(&portal).await?;
    owner.visit("/").await?;
    owner.browser.sign_in(portal.base(), "owner@acme.example").await?;
    owner.visit("/").await?;

    owner.visit("/o/acme").await?;
    let links: Vec<String> =
        owner.value("[...document.querySelectorAll('.sidebar .nav-link')].map(it => it.getAttribute('href'))").await?;
    assert!(links.len() > 9, "{links:?}");
    let others = ["/o/acme/search?q=in", "/o/acme/pages", "/o/acme/pages/new/edit", "/o/acme/pages/invoices/edit"];
    for path in links.iter().map(String::as_str).chain(others) {
        owner.visit(path).await?;
        owner.sees_part("h1").await?;
        owner.sees_no("[data-part=block]:is([data-state=failed], [data-state=forbidden])").await?;
        let said: Vec<String> = owner.browser.console().await?.into_iter().map(|entry| entry.message).collect();
        assert!(said.is_empty(), "{path}: {said:?}");
    }

    // The same pages by the links within the page, without loading anew.
    owner.visit("/o/acme").await?;
    for path in &links {
        owner.press(&format!(".sidebar a[href={path:?}]")).await?;
        owner.sees(&format!("location.pathname === {path:?} && document.querySelector('h1')")).await?;
        let said: Vec<String> = owner.browser.console().await?.into_iter().map(|entry| entry.message).collect();
        assert!(said.is_empty(), "{path}: {said:?}");
    }
    Ok(())
}
