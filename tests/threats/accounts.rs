//! Accounts that are taken over by an address: at another provider, or before their owner comes.

use http::Method;
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor, form::Form, sign_in};
use serde_json::{Value, json};

use crate::client::FINANCE;
use crate::upstream::Upstream;

const VICTIM: &str = "victim@initech.example";
const ATTACKERS: &str = "the attacker's password";
const OWN: &str = "a password of the victim";

async fn person(visitor: &Visitor) -> Value {
    visitor.get("/auth/session").await.json()["user"].clone()
}

/// nOAuth: another provider states an address of somebody here, verified as it says, and even their subject.
#[tokio::test]
async fn an_address_stated_elsewhere_opens_nobodys_account() {
    let upstream = Upstream::start().await;
    let portal = upstream.portal();
    let local = Visitor::signed_in(&portal, FINANCE).await;
    let (known, invoices) = (person(&local).await, local.get("/api/o/acme/invoices").await.status);
    assert_eq!(invoices, 200);
    for claims in [
        json!({"sub": "eve", "email": FINANCE, "email_verified": true}),
        json!({"sub": known["id"], "email": FINANCE, "email_verified": true}),
        json!({"sub": FINANCE, "email": FINANCE.to_uppercase(), "email_verified": true, "name": known["name"]}),
    ] {
        let eve = upstream.sign_in(&portal, claims.clone()).await;
        let session = eve.get("/auth/session").await.json();
        assert_eq!(session["authenticated"], true);
        assert_ne!(session["user"]["id"], known["id"], "{claims}");
        assert!(session["organizations"].as_array().is_none_or(Vec::is_empty), "a member of nothing: {session}");
        assert_eq!(eve.get("/api/o/acme/invoices").await.status, 404, "{claims}");
    }
    assert_eq!(person(&local).await, known, "and the account is as it was");
    let again = Visitor::signed_in(&portal, FINANCE).await;
    assert_eq!(person(&again).await["id"], known["id"]);
}

/// Pre-hijacking: an attacker signs up with the victim's address and a password of their own, and waits.
#[tokio::test]
async fn whoever_signs_up_first_with_an_address_does_not_own_it() {
    let portal = Portal::start(PortalOptions::default());
    let attacker = Visitor::anonymous(&portal).wanting_pages();
    let form = sign_up_form(&attacker).await;
    let told = fill(&attacker, &form, &[("email", VICTIM), ("name", "Eve"), ("password", ATTACKERS)]).await;
    assert_eq!(told.status, 200, "{}", told.body);
    assert!(!can_sign_in(&portal, ATTACKERS).await, "there is no account before the letter is opened");

    // The victim opens the letter in a browser of their own, and is asked for a password of their own.
    let victim = Visitor::anonymous(&portal).wanting_pages();
    let link = link_in_letter(&portal).await;
    let page = arrive(&victim, victim.get(&link).await).await;
    assert!(!can_sign_in(&portal, ATTACKERS).await, "looking at the letter makes no account either");
    let done = fill(&victim, &page, &[("password", OWN)]).await;
    assert!(done.status.is_success(), "{} {}", done.status, done.body);

    assert!(!can_sign_in(&portal, ATTACKERS).await, "the attacker's password is nobody's");
    assert!(can_sign_in(&portal, OWN).await, "the victim's is");
    let page = arrive(&attacker, attacker.get("/auth/login?provider=local").await).await;
    assert!(page.body.contains("password"), "the attacker's browser is signed on nowhere: {}", page.url);
    assert_eq!(attacker.get("/auth/session").await.json()["authenticated"], false);
}

async fn can_sign_in(portal: &Portal, password: &str) -> bool {
    sign_in::attempt_once(&Visitor::anonymous(portal), VICTIM, password).await.status.is_redirection()
}

/// The form for a new account, as the sign-in page leads to it.
async fn sign_up_form(visitor: &Visitor) -> Answer {
    let page = arrive(visitor, visitor.get("/auth/login?provider=local").await).await;
    let link = page.body.split('"').find(|piece| piece.contains("/oauth/sign-up"));
    let link = link.unwrap_or_else(|| panic!("no way to a new account: {}", page.body)).replace("&amp;", "&");
    arrive(visitor, visitor.get(page.url.join(&link).unwrap().as_str()).await).await
}

/// Follows redirects to the next page.
async fn arrive(visitor: &Visitor, mut answer: Answer) -> Answer {
    while let Some(next) = answer.location() {
        answer = visitor.get(next.as_str()).await;
    }
    answer
}

async fn fill(visitor: &Visitor, page: &Answer, values: &[(&str, &str)]) -> Answer {
    let form = Form::all(&page.body).into_iter().find(|form| form.is_post);
    let form = form.unwrap_or_else(|| panic!("no form: {} {}\n{}", page.status, page.url, page.body));
    let target = page.url.join(&form.action).unwrap();
    let request = visitor.request(Method::POST, target.as_str()).form(&form.filled(values));
    arrive(visitor, visitor.send(request).await).await
}

/// The link in the demo's mailbox.
async fn link_in_letter(portal: &Portal) -> String {
    for _ in 0..100 {
        let page = Visitor::anonymous(portal).wanting_pages().get("/mailbox").await.body;
        let link = page.split_whitespace().find(|word| word.contains("/oauth/") && word.starts_with("http"));
        if let Some(link) = link.filter(|_| page.contains(VICTIM)) {
            return link.replace("&amp;", "&");
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no letter came")
}
