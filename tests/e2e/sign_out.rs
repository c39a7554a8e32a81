//! Signed out in one tab is signed out in all.

use portcullis_tests::{Portal, PortalOptions};
use thirtyfour::prelude::*;

use crate::person::Person;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_out_reaches_the_other_tab() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let owner = Person::signed_in(&portal, "owner@acme.example").await?;
    owner.visit("/o/acme/invoices").await?;
    let other = owner.browser.tab().await?;
    owner.browser.open_tab().await?;
    owner.visit("/o/acme").await?;

    owner.press("[data-part=user-menu] summary").await?;
    owner.value::<bool>("new MutationObserver(() => { if (document.querySelector('[data-part=signed-out]')) localStorage.told = 'here' }).observe(document.body, { childList: true, subtree: true }) ?? true").await?;
    owner.press("[data-part=user-menu] [data-part=sign-out] button").await?;
    owner.sees("document.readyState === 'complete' && location.pathname !== '/o/acme'").await?;
    let told_here: Option<String> = owner.value("localStorage.getItem('told')").await?;
    assert_eq!(told_here, None, "the tab that signs out needs no notice of another tab");

    owner.browser.switch_to(&other).await?;
    owner.sees("document.querySelector('[data-part=signed-out]') || location.pathname === '/'").await?;
    owner.sees("location.pathname === '/' && document.readyState === 'complete'").await?;
    owner.sees_part("[data-part=sign-in]").await?;
    owner.load("/o/acme/invoices").await?;
    owner.sees_part("input[name=password]").await.map(|_| ())
}
