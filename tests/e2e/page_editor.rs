//! Pages are content: made in the portal, they count from the next request on, for those who may see them.

use http::StatusCode;
use portcullis_tests::{Portal, PortalOptions, Visitor};
use thirtyfour::prelude::*;

use crate::person::Person;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_made_in_the_editor_shows_to_those_who_may_see_it() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let finance = Visitor::signed_in(&portal, "finance@acme.example").await.wanting_pages();
    let support = Visitor::signed_in(&portal, "support@acme.example").await.wanting_pages();
    assert_eq!(finance.get("/o/acme/dues").await.status, StatusCode::NOT_FOUND);

    let owner = Person::signed_in(&portal, "owner@acme.example").await?;
    owner.visit("/o/acme/pages/new/edit").await?;
    fill(&owner, "Title", "Dues").await?;
    fill(&owner, "Address", "dues").await?;
    fill(&owner, "Section of the navigation", "Business").await?;
    owner.press("[data-part=page-editor] input[value='invoices:pay']").await?;
    owner.press("[data-part=page-editor] button[data-part=add-block]").await?;
    owner.press("[data-part=page-editor] .editor-block option[value=invoices]").await?;
    owner.press("[data-part=page-editor] button[type=submit]").await?;
    owner.sees_part("[data-part=page-editor] [role=status]").await?;

    let seen = finance.get("/o/acme/dues").await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.body.contains("data-block=\"invoices\"") && seen.body.contains("href=\"/o/acme/dues\""));
    let denied = support.get("/o/acme/dues").await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    assert!(!denied.body.contains("data-block") && !denied.body.contains("href=\"/o/acme/dues\""));
    let home = support.get("/o/acme").await;
    assert!(!home.body.contains("/o/acme/dues"), "the navigation leads where one may not go");

    owner.visit("/o/acme").await?;
    owner.press(".sidebar a[href='/o/acme/dues']").await?;
    owner.sees("document.title === 'Dues · Acme GmbH'").await?;
    owner.sees_part("[data-block=invoices] [data-row]").await.map(|_| ())
}

/// Writes into the field with this label.
async fn fill(person: &Person, label: &str, text: &str) -> WebDriverResult<()> {
    let xpath = format!("//label[starts-with(normalize-space(), '{label}')]//input");
    person.browser.driver().find(By::XPath(xpath)).await?.send_keys(text).await
}
