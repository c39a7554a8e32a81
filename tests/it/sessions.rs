//! Sessions: begun by signing in, ended by signing out, by somebody's hand, by time.

use std::time::Duration;

use futures_util::future::join_all;
use http::Method;
use portcullis_tests::form::Form;
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor, sign_in};
use serde_json::{Value, json};

use crate::house::{CONSULTANT, FINANCE, OUTSIDER, OWNER, SUPPORT, VIEWER, assert_refused, shared, text};

const COOKIE: &str = "portcullis";

fn session_id(visitor: &Visitor) -> String {
    visitor.jar(|jar| jar.value(COOKIE).map(str::to_owned)).unwrap()
}

/// Somebody who has this session id, and nothing else.
fn holder(portal: &Portal, id: &str) -> Visitor {
    let visitor = Visitor::anonymous(portal);
    visitor.jar(|jar| jar.set(COOKIE, id));
    visitor
}

#[tokio::test]
async fn signing_in_changes_the_session_id() {
    let portal = shared();
    let visitor = Visitor::anonymous(&portal);
    visitor.get("/auth/login?provider=local").await;
    let before = session_id(&visitor);
    sign_in::by_password(&visitor, "local", FINANCE, portcullis_tests::visitor::PASSWORD).await;
    let after = session_id(&visitor);
    assert_ne!(before, after);
    assert_eq!(visitor.get("/auth/sessions").await.status, 200);
    assert_refused(&holder(&portal, &before).get("/auth/sessions").await, 401, "session-expired");
}

#[tokio::test]
async fn an_id_that_an_attacker_planted_is_worth_nothing_after_the_sign_in() {
    let portal = shared();
    let attacker = Visitor::anonymous(&portal);
    attacker.get("/auth/login?provider=local").await;
    let planted = session_id(&attacker);
    let victim = holder(&portal, &planted);
    sign_in::by_password(&victim, "local", OWNER, portcullis_tests::visitor::PASSWORD).await;
    assert_ne!(session_id(&victim), planted);
    assert_refused(&attacker.get("/api/o/acme/invoices").await, 401, "session-expired");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_the_sign_on_behind_it() {
    let portal = shared();
    let visitor = Visitor::signed_in(&portal, FINANCE).await;
    let id = session_id(&visitor);
    let answer = visitor.post_json("/auth/logout", &json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    assert_eq!(visitor.jar(|jar| jar.value(COOKIE).map(str::to_owned)), None, "the cookie is taken back");
    assert_refused(&holder(&portal, &id).get("/api/o/acme/invoices").await, 401, "session-expired");

    let page = arrive(&visitor, "/auth/login?provider=local").await;
    assert!(Form::all(&page.body).iter().any(|form| form.password.is_some()), "a password is asked for again");

    let by_form = Visitor::signed_in(&portal, FINANCE).await.wanting_pages();
    let answer = by_form.post_form("/auth/logout", &[("x", "y")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/")));
    assert_eq!(by_form.get("/").await.status, 200, "nobody is signed in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_under_way_do_not_undo_a_sign_out() {
    let portal = shared();
    for _ in 0..5 {
        let visitor = Visitor::signed_in(&portal, CONSULTANT).await;
        let id = session_id(&visitor);
        let again = holder(&portal, &id);
        let slow = (0..20).map(|at| {
            let again = again.clone();
            let path = if at % 2 == 0 { "/o/acme/invoices" } else { "/auth/session?org=globex" };
            tokio::spawn(async move { again.wanting_pages().get(path).await.status })
        });
        let slow: Vec<_> = slow.collect();
        assert_eq!(visitor.post_json("/auth/logout", &json!({})).await.status, 204);
        join_all(slow).await;
        assert_refused(&holder(&portal, &id).get("/auth/sessions").await, 401, "session-expired");
    }
}

#[tokio::test]
async fn people_list_and_end_their_own_sessions_and_nobody_elses() {
    let portal = Portal::start(PortalOptions::default());
    let (here, there) = (Visitor::signed_in(&portal, OWNER).await, Visitor::signed_in(&portal, OWNER).await);
    let stranger = Visitor::signed_in(&portal, FINANCE).await;
    let list = here.get("/auth/sessions").await.json();
    let sessions = list.as_array().unwrap();
    assert_eq!(sessions.len(), 2, "{list}");
    let id_of = |current: bool| text(&sessions.iter().find(|one| one["current"] == current).unwrap()["id"]);
    let (own, other) = (id_of(true), id_of(false));
    assert!(!list.to_string().contains(&session_id(&here)), "a list opens nothing");

    assert_eq!(there.get("/api/o/acme/invoices").await.status, 200);
    assert_refused(&stranger.delete(&format!("/auth/sessions/{other}")).await, 404, "not-found");
    assert_refused(&here.delete("/auth/sessions/0123456789abcdef0123456789abcdef").await, 404, "not-found");
    assert_eq!(here.delete(&format!("/auth/sessions/{other}")).await.status, 204);
    let next = there.get("/api/o/acme/invoices").await;
    assert_refused(&next, 401, "session-expired");
    assert!(next.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(here.get("/auth/sessions").await.json().as_array().unwrap().len(), 1);

    let by_form = here.wanting_pages().post_form(&format!("/auth/sessions/{own}"), &[("x", "y")]).await;
    assert_eq!(by_form.status, 303);
    assert_refused(&here.get("/auth/sessions").await, 401, "session-expired");
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used() {
    let options = PortalOptions::default().with_variable("PORTCULLIS__SESSIONS__IDLE", "2");
    let portal = Portal::start(options);
    let visitor = Visitor::signed_in(&portal, FINANCE).await;
    assert_eq!(visitor.get("/auth/sessions").await.status, 200);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_refused(&visitor.get("/auth/sessions").await, 401, "session-expired");
}

#[tokio::test]
async fn a_session_ends_in_any_case() {
    let options = PortalOptions::default()
        .with_variable("PORTCULLIS__SESSIONS__IDLE", "8")
        .with_variable("PORTCULLIS__SESSIONS__ABSOLUTE", "8");
    let mut portal = Portal::start(options);
    let visitor = Visitor::signed_in(&portal, FINANCE).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // A fresh process notes the use again, which puts the idle end off, and not the absolute one.
    portal.restart();
    let visitor = holder(&portal, &session_id(&visitor));
    assert_eq!(visitor.get("/auth/sessions").await.status, 200);
    tokio::time::sleep(Duration::from_millis(6500)).await;
    assert_refused(&visitor.get("/auth/sessions").await, 401, "session-expired");
}

#[tokio::test]
async fn the_session_says_who_is_signed_in() {
    let portal = shared();
    let anonymous = Visitor::anonymous(&portal).get("/auth/session").await;
    assert_eq!((anonymous.status.as_u16(), anonymous.json()), (200, json!({"authenticated": false})));
    let anonymous = Visitor::anonymous(&portal).get("/auth/session?org=acme").await;
    assert_eq!((anonymous.status.as_u16(), anonymous.json()), (200, json!({"authenticated": false})));

    let consultant = Visitor::signed_in(&portal, CONSULTANT).await;
    let (acme, globex) = (
        consultant.get("/auth/session?org=acme").await.json(),
        consultant.get("/auth/session?org=globex").await.json(),
    );
    assert_eq!(acme["user"]["email"], CONSULTANT);
    assert_eq!((&acme["roles"], &globex["roles"]), (&json!(["ORG_ADMIN"]), &json!(["ORG_USER"])));
    assert_eq!(acme["organization"]["slug"], "acme");
    assert_eq!(acme["organizations"], globex["organizations"], "the list does not depend on the current one");
    let holds = |session: &Value, key: &str| session["permissions"].as_array().unwrap().contains(&json!(key));
    assert!(holds(&acme, "invoices:pay") && !holds(&globex, "invoices:pay"));
    assert!(acme["revision"].is_u64());
    let outside = consultant.get("/auth/session").await.json();
    assert_eq!((&outside["authenticated"], outside.get("permissions")), (&json!(true), None));
    let outsider = Visitor::signed_in(&portal, OUTSIDER).await.get("/auth/session").await.json();
    assert_eq!((&outsider["authenticated"], outsider.get("organizations")), (&json!(true), None));
}

/// Follows redirects as a browser does, to the first page that is none.
async fn arrive(visitor: &Visitor, path: &str) -> Answer {
    let visitor = visitor.wanting_pages();
    let mut answer = visitor.get(path).await;
    while let Some(next) = answer.location() {
        answer = visitor.get(next.as_str()).await;
    }
    answer
}

#[tokio::test]
async fn signing_in_leads_back_to_paths_of_this_origin_only() {
    let portal = shared();
    // Signed on already: the provider asks nothing, and the callback shows its target.
    let visitor = Visitor::signed_in(&portal, CONSULTANT).await.wanting_pages();
    let target = async |return_to: &str| {
        let query = serde_urlencoded::to_string([("provider", "local"), ("return_to", return_to)]).unwrap();
        let mut answer = visitor.get(&format!("/auth/login?{query}")).await;
        while !answer.url.path().starts_with("/auth/callback/") {
            let next = answer.location().unwrap_or_else(|| panic!("{} {}", answer.url, answer.body));
            answer = visitor.get(next.as_str()).await;
        }
        answer.header("location").unwrap().to_owned()
    };
    assert_eq!(target("/o/globex/invoices?page=2").await, "/o/globex/invoices?page=2");
    for bad in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\tevil",
        "/a\r\nSet-Cookie: x=y",
        "",
    ] {
        assert_eq!(target(bad).await, "/", "{bad:?}");
    }
    let nobody = Visitor::anonymous(&portal).wanting_pages();
    let sign_in = nobody.get("/sign-in?return_to=//evil.example").await;
    assert!(!sign_in.header("location").unwrap().contains("evil"), "{:?}", sign_in.headers);
}

#[tokio::test]
async fn an_answer_that_this_browser_did_not_ask_for_signs_nobody_in() {
    let portal = shared();
    let attacker = Visitor::signed_in(&portal, OUTSIDER).await.wanting_pages();
    let mut answer = attacker.get("/auth/login?provider=local").await;
    while !answer.location().unwrap().path().starts_with("/auth/callback/") {
        answer = attacker.get(answer.location().unwrap().as_str()).await;
    }
    let planted = answer.location().unwrap();
    let victim = Visitor::anonymous(&portal).wanting_pages();
    let refused = victim.get(planted.as_str()).await;
    assert_eq!((refused.status.as_u16(), refused.header("location")), (303, Some("/sign-in")));
    assert_eq!(victim.get("/auth/session").await.json(), json!({"authenticated": false}));
    // The browser that asked is signed in by it, once.
    assert_eq!(attacker.get(planted.as_str()).await.header("location"), Some("/"));
    assert_eq!(attacker.get(planted.as_str()).await.header("location"), Some("/sign-in"));
}

#[tokio::test]
async fn switching_checks_the_membership_and_is_remembered() {
    let portal = Portal::start(PortalOptions::default());
    let consultant = Visitor::signed_in(&portal, CONSULTANT).await;
    let home = async || consultant.wanting_pages().get("/").await.header("location").map(str::to_owned);
    for (slug, role) in [("globex", "ORG_USER"), ("acme", "ORG_ADMIN"), ("globex", "ORG_USER")] {
        let answer = consultant.post_json("/auth/organization", &json!({"organization": slug})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json(), consultant.get(&format!("/auth/session?org={slug}")).await.json());
        assert_eq!(answer.json()["roles"], json!([role]));
        assert_eq!(home().await, Some(format!("/o/{slug}")));
    }
    let form = consultant.wanting_pages().post_form("/auth/organization", &[("organization", "acme")]).await;
    assert_eq!((form.status.as_u16(), form.header("location")), (303, Some("/o/acme")));
    assert_eq!(home().await.as_deref(), Some("/o/acme"));

    for slug in ["initech", "no-such-organization", "../acme", ""] {
        let answer = consultant.post_json("/auth/organization", &json!({"organization": slug})).await;
        assert_refused(&answer, 404, "not-found");
    }
    assert_eq!(home().await.as_deref(), Some("/o/acme"), "what failed is not remembered");
    let pages = consultant.wanting_pages();
    assert_eq!(pages.get("/o/globex").await.status, 200);
    assert_eq!(home().await.as_deref(), Some("/o/globex"), "a visited page counts as well");

    let outsider = Visitor::signed_in(&portal, OUTSIDER).await.wanting_pages();
    assert_eq!(outsider.get("/").await.status, 200, "who belongs nowhere is led nowhere");
    let (viewer, support) = (Visitor::signed_in(&portal, VIEWER).await, Visitor::signed_in(&portal, SUPPORT).await);
    assert_eq!(viewer.wanting_pages().get("/").await.header("location"), Some("/o/globex"));
    assert_eq!(support.wanting_pages().get("/").await.header("location"), Some("/o/acme"));
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let portal = shared();
    let cookie = Visitor::anonymous(&portal).get("/auth/login?provider=local").await;
    let cookie = cookie.header("set-cookie").unwrap().to_owned();
    for part in ["portcullis=", "; Path=/", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");

    let public = PortalOptions::default().with_variable("PORTCULLIS__SERVER__PUBLIC_URL", "https://portal.example");
    let portal = Portal::start(public);
    let nobody = Visitor::anonymous(&portal);
    let request = nobody.request(Method::GET, "/auth/login?provider=local").header("host", "evil.example");
    let answer = nobody.send(request).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-portcullis=") && cookie.contains("; Secure"), "{cookie}");
    let target = answer.header("location").unwrap();
    assert!(target.starts_with("https://portal.example/oauth/authorize?"), "{target}");
    assert!(!target.contains("evil"), "nothing comes from the host header: {target}");
}
