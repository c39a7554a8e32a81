//! Mode 1, the detours: sign-up, verified address and forgotten password, with the request waiting meanwhile.

use http::Method;
use portcullis_tests::{Answer, OpenIdClient, Portal, PortalOptions, Visitor, form::Form, visitor::PASSWORD};
use serde_json::json;

use crate::browser::BACK;

const FINANCE: &str = "finance@acme.example";
const CHOSEN: &str = "a password of four words";

const CLIENTS: &str = r#"
[[clients]]
client_id = "desk"
client_name = "Desk"
redirect_uris = ["http://127.0.0.1:9/back"]
first_party = true
"#;

/// Follows redirects until there is a page, or the client's address.
async fn arrive(visitor: &Visitor, mut answer: Answer) -> Answer {
    while let Some(next) = answer.location().filter(|next| !next.as_str().starts_with(BACK)) {
        answer = visitor.get(next.as_str()).await;
    }
    answer
}

async fn fill(visitor: &Visitor, page: &Answer, values: &[(&str, &str)]) -> Answer {
    let form = Form::all(&page.body).into_iter().find(|form| form.is_post);
    let form = form.unwrap_or_else(|| panic!("no form: {} {}\n{}", page.status, page.url, page.body));
    let target = page.url.join(&form.action).unwrap();
    let request = visitor.request(Method::POST, target.as_str()).form(&form.filled(values));
    let answer = visitor.send(request).await;
    arrive(visitor, answer).await
}

/// The link in the latest letter of the demo's mailbox.
async fn link_in_letter(portal: &Portal, to: &str) -> String {
    for _ in 0..100 {
        let page = Visitor::anonymous(portal).wanting_pages().get("/mailbox").await.body;
        let letter = page.split("<pre>").nth(1).and_then(|rest| rest.split("</pre>").next()).unwrap_or_default();
        if page.contains(to) && letter.contains("http") {
            let link = letter.split_whitespace().find(|word| word.starts_with("http")).unwrap();
            return link.replace("&amp;", "&");
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no letter to {to}")
}

#[tokio::test]
async fn somebody_signs_up_in_the_middle_of_a_request() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let client = OpenIdClient::start();
    client.step("discover", &json!({"issuer": portal.base(), "client_id": "desk"})).await;
    let person = Visitor::anonymous(&portal).wanting_pages();
    let request = json!({"redirect_uri": BACK, "scope": "openid email profile", "prompt": "create"});
    let url = client.step("authorize", &request).await["url"].as_str().unwrap().to_owned();

    let answer = person.get(&url).await;
    let form = arrive(&person, answer).await;
    let values = [("email", "new@initech.example"), ("name", "Nora New"), ("password", CHOSEN)];
    let told = fill(&person, &form, &values).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let link = link_in_letter(&portal, "new@initech.example").await;
    let answer = person.get(&link).await;
    let mut back = arrive(&person, answer).await;
    for _ in 0..3 {
        if back.location().is_some() {
            break;
        }
        back = fill(&person, &back, &[("email", "new@initech.example"), ("password", CHOSEN)]).await;
    }
    let tokens = client.step("callback", &json!({"url": back.location().unwrap()})).await;
    assert_eq!(tokens["claims"]["email"], "new@initech.example");
    assert_eq!((&tokens["claims"]["email_verified"], &tokens["claims"]["name"]), (&json!(true), &json!("Nora New")));
}

/// Neither the page nor its status tells who has an account.
#[tokio::test]
async fn a_sign_up_does_not_tell_whether_there_is_an_account() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let client = OpenIdClient::start();
    client.step("discover", &json!({"issuer": portal.base(), "client_id": "desk"})).await;
    let mut told = Vec::new();
    for email in [FINANCE, "nobody@initech.example"] {
        let person = Visitor::anonymous(&portal).wanting_pages();
        let request = json!({"redirect_uri": BACK, "scope": "openid", "prompt": "create"});
        let url = client.step("authorize", &request).await["url"].as_str().unwrap().to_owned();
        let answer = person.get(&url).await;
        let form = arrive(&person, answer).await;
        let answer = fill(&person, &form, &[("email", email), ("name", "Ann"), ("password", CHOSEN)]).await;
        told.push((answer.status.as_u16(), answer.body.replace(email, "")));
    }
    assert_eq!(told[0].0, told[1].0);
    assert_eq!(without_tokens(&told[0].1), without_tokens(&told[1].1));
}

/// What differs between two visits to the same page.
fn without_tokens(page: &str) -> String {
    let mut text = page.to_owned();
    for name in ["interaction=", "name=\"interaction\" value=\"", "name=\"csrf\" value=\""] {
        let parts: Vec<String> = text.split(name).map(str::to_owned).collect();
        text = parts.iter().map(|part| part.split_once('"').map_or(part.as_str(), |(_, rest)| rest)).collect();
    }
    text
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_every_session_ends() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let before = Visitor::signed_in(&portal, FINANCE).await;
    assert_eq!(before.get("/api/o/acme/invoices").await.status, 200);

    let person = Visitor::anonymous(&portal).wanting_pages();
    let form = person.get("/oauth/forgot").await;
    let told = fill(&person, &form, &[("email", FINANCE)]).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let link = link_in_letter(&portal, FINANCE).await;
    let answer = person.get(&link).await;
    let form = arrive(&person, answer).await;
    let done = fill(&person, &form, &[("password", CHOSEN)]).await;
    assert_eq!(done.status, 200, "{}", done.body);

    assert_eq!(before.get("/api/o/acme/invoices").await.status, 401, "signed out everywhere");
    let again = portcullis_tests::sign_in::attempt_once(&Visitor::anonymous(&portal), FINANCE, PASSWORD).await;
    assert!(!again.status.is_redirection(), "the old password opens nothing");
    let again = portcullis_tests::sign_in::attempt_once(&Visitor::anonymous(&portal), FINANCE, CHOSEN).await;
    assert!(again.status.is_redirection(), "the new one does: {}", again.body);
    let answer = person.get(&link).await;
    let used = arrive(&person, answer).await;
    assert!(Form::all(&used.body).iter().all(|form| form.password.is_none()), "the link works once");
}
