//! Passkeys on the account page: the password comes before each change.

use http::header::LOCATION;
use portcullis_tests::{
    Portal, PortalOptions, Visitor,
    form::Form,
    free_port::free_port,
    sign_in,
    visitor::{Answer, PASSWORD},
};
use serde_json::Value;

use crate::{
    house::{FINANCE, OWNER},
    passkey_device::Device,
};

async fn person(url: &str, email: &str) -> Visitor {
    let visitor = Visitor::at(url).wanting_pages();
    sign_in::by_password(&visitor, "local", email, PASSWORD).await;
    visitor
}

/// Whoever the device says, with no password.
async fn by_passkey(url: &str, device: &mut Device) -> Visitor {
    let visitor = Visitor::at(url).wanting_pages();
    let page = arrive(&visitor, visitor.get("/auth/login?provider=local&return_to=/account").await).await;
    let form = Form::all(&page.body).into_iter().find(|form| form.action == "/oauth/passkey").unwrap();
    let asked = visitor.post_form("/oauth/passkey/options", &form.fields).await;
    let credential = device.get(&serde_json::from_str(&asked.body).unwrap());
    let signed_in = visitor.post_form(&form.action, &form.filled(&[("credential", &credential)])).await;
    let page = arrive(&visitor, signed_in).await;
    assert_eq!((page.url.path(), page.status.as_u16()), ("/account", 200), "{}", page.body);
    visitor
}

/// Where redirects end.
async fn arrive(visitor: &Visitor, mut answer: Answer) -> Answer {
    while let Some(next) = answer.location() {
        answer = visitor.get(next.as_str()).await;
    }
    answer
}

/// Where the answer leads, as written.
fn leads_to(answer: &Answer) -> &str {
    answer.headers.get(LOCATION).map_or(answer.body.as_str(), |to| to.to_str().unwrap())
}

/// The value of an attribute or hidden field of a page.
fn value<'a>(page: &'a Answer, before: &str) -> &'a str {
    let (_, rest) = page.body.split_once(before).unwrap_or_else(|| panic!("no {before}: {}", page.body));
    rest.split_once('"').unwrap().0
}

#[tokio::test]
async fn a_session_alone_makes_and_removes_no_passkey() {
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let options = PortalOptions::default().at_port(port).with_variable("PORTCULLIS__SERVER__PUBLIC_URL", &url);
    let _portal = Portal::start(options);
    let (finance, owner) = (person(&url, FINANCE).await, person(&url, OWNER).await);

    let without = finance.post_form("/account/passkeys", &[("name", "Phone")]).await;
    assert!(without.status.is_client_error(), "{}", without.status);
    let wrong = finance.post_form("/account/passkeys", &[("name", "Phone"), ("current", "wrong")]).await;
    assert_eq!(leads_to(&wrong), "/account?failed=mismatch");
    let made_up = [("ceremony", "x"), ("name", "Phone"), ("credential", "{}")];
    let none = finance.post_form("/account/passkeys/confirm", &made_up).await;
    assert_eq!(leads_to(&none), "/account?failed=passkey");

    let page = finance.post_form("/account/passkeys", &[("name", "Phone"), ("current", PASSWORD)]).await;
    let asked: Value = serde_json::from_str(&value(&page, r#"data-options=""#).replace("&quot;", "\"")).unwrap();
    let mut device = Device::new();
    (device.origin, device.rp_id) = (url.clone(), "localhost".to_owned());
    let (ceremony, answer) = (value(&page, r#"name="ceremony" value=""#), device.create(&asked));
    let made = [("ceremony", ceremony), ("name", "Phone"), ("credential", &answer)];
    let others = owner.post_form("/account/passkeys/confirm", &made).await;
    assert_eq!(leads_to(&others), "/account?failed=passkey", "of somebody else's session");
    let kept = finance.post_form("/account/passkeys/confirm", &made).await;
    assert!(kept.status.is_success() && kept.body.contains("recovery codes"), "{}", kept.body);
    assert!(by_passkey(&url, &mut device).await.get("/account").await.body.contains(FINANCE));

    let question = finance.post_form("/account/recovery-codes", &[("", ""); 0]).await;
    assert!(
        question.body.contains("New recovery codes?") && !question.body.contains("Keep these"),
        "{}",
        question.body
    );
    let wrong = finance.post_form("/account/recovery-codes", &[("current", "wrong")]).await;
    assert_eq!(leads_to(&wrong), "/account?failed=mismatch");
    let renewed = finance.post_form("/account/recovery-codes", &[("current", PASSWORD)]).await;
    assert!(renewed.status.is_success() && renewed.body.contains("Keep these"), "{}", renewed.body);
    let none = owner.post_form("/account/recovery-codes", &[("current", PASSWORD)]).await;
    assert_eq!(none.status, 404, "there is nothing that they stand in for");

    let account = finance.get("/account").await;
    let remove = value(&account, r#"action="/account/passkeys/"#).to_owned();
    let remove = format!("/account/passkeys/{remove}");
    assert!(remove.ends_with("/remove"), "{remove}");
    let question = finance.post_form(&remove, &[("", ""); 0]).await;
    assert!(question.status.is_success() && question.body.contains("Remove the passkey?"), "{}", question.body);
    let wrong = finance.post_form(&remove, &[("current", "wrong")]).await;
    assert_eq!(leads_to(&wrong), "/account?failed=mismatch");
    let others = owner.post_form(&remove, &[("current", PASSWORD)]).await;
    assert_eq!(others.status, 404, "of somebody else");
    assert!(finance.get("/account").await.body.contains("Phone"));
    let removed = finance.post_form(&remove, &[("current", PASSWORD)]).await;
    assert_eq!(leads_to(&removed), "/account?done=passkey-removed");
    assert!(!finance.get("/account").await.body.contains("Phone"));
}
