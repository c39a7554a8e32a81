//! Passkeys in a real browser, with the authenticator that Chromium simulates.

use portcullis_tests::{Portal, PortalOptions, free_port::free_port};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::{person::Person, screenshots::take};

const EMAIL: &str = "finance@acme.example";

/// A portal with a host name: browsers know no passkeys at an IP address.
fn portal() -> (Portal, String) {
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let options = PortalOptions::default().at_port(port).with_variable("PORTCULLIS__SERVER__PUBLIC_URL", &url);
    (Portal::start(options), url)
}

/// A person whose browser has an authenticator built in, which finds them there and knows them.
async fn with_authenticator(portal: &Portal, url: &str) -> WebDriverResult<(Person, String)> {
    let person = Person::at(portal, url).await?;
    person.browser.devtools("WebAuthn.enable", json!({})).await?;
    let authenticator = json!({ "options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true,
    }});
    let made = person.browser.driver().cdp().send_raw("WebAuthn.addVirtualAuthenticator", authenticator).await?;
    let id = made.get("authenticatorId").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok((person, id))
}

/// Adds a passkey on the account page.
async fn enrol(person: &Person, name: &str) -> WebDriverResult<()> {
    person.load("/account").await?;
    person.browser.find("[data-part=account-passkeys] input[name=name]").await?.send_keys(name).await?;
    let current = person.browser.find("[data-part=account-passkeys] input[name=current]").await?;
    current.send_keys("portcullis-demo").await?;
    take(person, "account-passkeys").await?;
    person.press("[data-part=account-passkeys] button[type=submit]:last-of-type").await?;
    person.sees_part("form[data-passkey=create]:not([hidden])").await?;
    take(person, "passkey-enrolment").await?;
    person.press("form[data-passkey=create] button").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_adds_a_passkey_and_signs_in_by_it_alone() -> WebDriverResult<()> {
    let (portal, url) = portal();
    let (person, authenticator) = with_authenticator(&portal, &url).await?;
    person.browser.sign_in(&url, EMAIL).await?;
    enrol(&person, "My laptop").await?;
    person.sees_part("[data-part=secret]").await?;
    take(&person, "passkey-added").await?;
    let codes = person.reads("[data-part=secret] pre").await?;
    assert_eq!(codes.lines().count(), 10, "{codes}");
    person.load("/account").await?;
    assert!(person.reads("[data-part=account-passkeys] .sheet-rows").await?.contains("My laptop"));
    assert!(person.reads("[data-part=account-authenticator] .sheet-rows").await?.contains("10 are left"));
    person
        .browser
        .driver()
        .execute("document.querySelector('[data-part=account-passkeys]').scrollIntoView()", [])
        .await?;
    take(&person, "account-with-a-passkey").await?;

    person.visit("/o/acme").await?;
    person.press("[data-part=user-menu] summary").await?;
    person.press("[data-part=user-menu] [data-part=sign-out] button").await?;
    person.sees("document.readyState === 'complete' && location.pathname !== '/o/acme'").await?;
    person.load("/auth/login?provider=local&return_to=/o/acme").await?;
    person.sees_part("form[data-passkey=get]:not([hidden])").await?;
    take(&person, "sign-in-passkey").await?;
    person.press("form[data-passkey=get] button").await?;
    person.arrives_at("/o/acme").await?;
    person.load("/account").await?;
    assert!(person.reads("main").await?.contains(EMAIL));
    assert!(person.reads("[data-part=account-passkeys] .sheet-rows").await?.contains("was used last on"));

    // After the password it is asked for; a recovery code does as well, without a script.
    person.browser.driver().delete_all_cookies().await?;
    person.load("/auth/login?provider=local&return_to=/o/acme").await?;
    person.browser.find("input[name=email]").await?.send_keys(EMAIL).await?;
    person.browser.find("input[name=password]").await?.send_keys("portcullis-demo" + Key::Enter).await?;
    person.sees_part("form[data-passkey=get]:not([hidden])").await?;
    person.sees_part("input[name=code]").await?;
    take(&person, "second-factor-passkey").await?;
    person.press("form[data-passkey=get] button").await?;
    person.arrives_at("/o/acme").await?;

    // An authenticator that does not know its owner opens nothing.
    person.browser.driver().delete_all_cookies().await?;
    let unverified = json!({ "authenticatorId": authenticator, "isUserVerified": false });
    person.browser.devtools("WebAuthn.setUserVerified", unverified).await?;
    person.load("/auth/login?provider=local&return_to=/o/acme").await?;
    person.press("form[data-passkey=get]:not([hidden]) button").await?;
    person.sees_part("[data-part=passkey-error]:not([hidden])").await?;
    take(&person, "sign-in-passkey-refused").await?;
    person.browser.find("input[name=email]").await?.send_keys(EMAIL).await?;
    person.browser.find("input[name=password]").await?.send_keys("portcullis-demo" + Key::Enter).await?;
    let code = codes.lines().next().unwrap_or_default().to_owned();
    person.browser.find("input[name=code]").await?.send_keys(code + Key::Enter).await?;
    person.arrives_at("/o/acme").await?;

    // Removed after the password, it opens nothing any more.
    person.load("/account").await?;
    person.press("[data-part=account-passkeys] .sheet-rows button").await?;
    person.arrives_at("/account/passkeys/").await?;
    person.browser.find("input[name=current]").await?.send_keys("portcullis-demo" + Key::Enter).await?;
    person.sees("location.search === '?done=passkey-removed'").await?;
    person.sees_no("[data-part=account-passkeys] .sheet-rows").await?;
    person.browser.driver().delete_all_cookies().await?;
    let verified = json!({ "authenticatorId": authenticator, "isUserVerified": true });
    person.browser.devtools("WebAuthn.setUserVerified", verified).await?;
    person.load("/auth/login?provider=local&return_to=/o/acme").await?;
    person.press("form[data-passkey=get]:not([hidden]) button").await?;
    person.sees("document.body.innerText.includes('The passkey was not accepted.')").await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ip_address_offers_none() -> WebDriverResult<()> {
    let portal = Portal::start(PortalOptions::default());
    let person = Person::unknown(&portal).await?;
    person.load("/auth/login?provider=local&return_to=/o/acme").await?;
    person.sees_part("input[name=password]").await?;
    assert!(person.browser.find_all("[data-passkey]").await?.is_empty());
    person.browser.sign_in(portal.base(), EMAIL).await?;
    person.load("/account").await?;
    person.sees_part("[data-part=account-authenticator]").await?;
    assert!(person.browser.find_all("[data-part=account-passkeys]").await?.is_empty());
    let script: Value = person.value("fetch('/oauth/passkeys.js').then(it => it.status)").await?;
    assert_eq!(script, 404);
    Ok(())
}
