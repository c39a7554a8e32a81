//! What a person may not see is not in the page that says so.

use http::StatusCode;
use portcullis_tests::{Portal, PortalOptions, Visitor};
use thirtyfour::prelude::*;

use crate::{person::Person, rows::row_ids};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_denied_page_says_what_is_missing_and_holds_nothing_else() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let viewer = Person::signed_in(&portal, "viewer@globex.example").await?;
    let program = viewer.as_visitor(&portal).await?.wanting_pages();

    viewer.load("/o/globex/audit").await?;
    viewer.sees_part("[data-part=problem][data-status='403']").await?;
    let text = viewer.reads("[data-part=problem]").await?;
    assert!(text.contains("audit:view") && text.contains("ORG_ADMIN"), "{text}");
    let answer = program.get("/o/globex/audit").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    for source in [answer.body, viewer.browser.driver().source().await?] {
        // The page's content, its rows, and the link that leads there.
        for secret in ["Who changed what", "data-block=\"audit\"", "href=\"/o/globex/audit\"", "Signed in", "signed_in"]
        {
            assert!(!source.contains(secret), "the refusal holds `{secret}`");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_organization_is_not_there_at_all() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let viewer = Person::signed_in(&portal, "viewer@globex.example").await?;
    let program = viewer.as_visitor(&portal).await?.wanting_pages();
    let owner = Visitor::signed_in(&portal, "owner@acme.example").await;
    let rows = row_ids(&owner, "acme").await;

    for page in ["/o/acme", "/o/acme/invoices", "/o/acme/members", "/o/nowhere/invoices"] {
        viewer.load(page).await?;
        viewer.sees_part("[data-part=problem][data-status='404']").await?;
        let answer = program.get(page).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
        for source in [answer.body, viewer.browser.driver().source().await?] {
            assert!(!source.contains("Acme GmbH"), "{page} names the organization");
            assert!(!rows.iter().any(|row| source.contains(row)), "{page} holds a row");
        }
    }
    let (foreign, unknown) = (program.get("/o/acme").await.body, program.get("/o/nowhere").await.body);
    assert_eq!(without_instance(&foreign).replace("acme", "nowhere"), without_instance(&unknown));
    Ok(())
}

/// The page without what differs from request to request.
fn without_instance(page: &str) -> String {
    let mut text = page.to_owned();
    for mark in ["<code>", "\"instance\":\"", "\\\"instance\\\":\\\"", "nonce=\""] {
        text = text.split(mark).map(after_word).collect::<Vec<_>>().join(mark);
    }
    text
}

fn after_word(text: &str) -> &str {
    text.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || "-_/+=:".contains(letter))
}
