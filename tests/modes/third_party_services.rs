//! Mode 5: people connect services of others, and the portal calls them on their behalf.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::future::join_all;
use http::StatusCode;
use portcullis_middleware::connections::ConnectionError;
use portcullis_tests::{Answer, OidcProvider, OpenIdClient, Visitor};
use serde_json::json;
use tokio::net::TcpListener;

use crate::browser::{BACK, walk, walk_to};
use crate::calendar::{FINANCE, Scene};

const SUPPORT: &str = "support@acme.example";
const REFRESHED: &str = "granted refresh_token";

#[tokio::test]
async fn a_person_connects_a_service_widens_it_and_disconnects_it() {
    let scene = Scene::set().await;
    assert_eq!(scene.list().await.json(), json!([]));
    assert_eq!(Visitor::anonymous(&scene.portal).get("/auth/connections").await.status, 401);
    assert_eq!(scene.connect("email").await, "connection=connected");
    let listed = scene.list().await.json()[0].clone();
    assert_eq!((&listed["provider"], &listed["label"]), (&json!("calendar"), &json!("The calendar")));
    assert_eq!(
        (&listed["state"], scene.scopes().await),
        (&json!("connected"), texts(&["openid", "offline_access", "email"]))
    );

    assert_eq!(scene.connect("profile").await, "connection=connected");
    let both = ["openid", "offline_access", "email", "profile"];
    assert_eq!(scene.scopes().await, texts(&both), "what was granted stays granted");
    let other = Visitor::signed_in(&scene.portal, SUPPORT).await;
    assert_eq!(other.get("/auth/connections").await.json(), json!([]), "of others nobody sees anything");

    let node = scene.node(&Arc::default()).await;
    let token = scene.token(&node, &["email", "profile"]).await.unwrap();
    assert_eq!(scene.userinfo(&token).await.1["email"], "ada@idp.example");
    let revoked = scene.peer.count("revoked").await;
    assert_eq!(other.delete("/auth/connections/calendar").await.status, 404);
    assert_eq!(scene.person.delete("/auth/connections/calendar").await.status, 204);
    assert_eq!(scene.peer.count("revoked").await, revoked + 1, "{}", scene.peer.log());
    assert_eq!(scene.userinfo(&token).await.0, 401, "the access token is dead over there too");
    assert_eq!(scene.list().await.json(), json!([]));
    let gone = scene.token(&node, &["email"]).await.unwrap_err();
    assert!(matches!(gone, ConnectionError::NeedsConsent { .. }), "{gone:?}");
}

#[tokio::test]
async fn tokens_are_in_no_answer_and_lie_sealed() {
    let scene = Scene::set().await;
    assert_eq!(scene.connect("email").await, "connection=connected", "nothing else comes back");
    let node = scene.node(&Arc::default()).await;
    let tokens = [scene.token(&node, &["email"]).await.unwrap(), refresh_token(&scene).await];
    let without = |text: &str, place: &str| {
        assert!(!tokens.iter().any(|token| text.contains(token.as_str())), "a token stands in {place}");
    };
    let database = scene.database().await;
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT tokens FROM connections").fetch_all(database.pool()).await.unwrap();
    assert_eq!(rows.len(), 1);
    without(&rows[0].0, "its row");
    let file = scene.portal.database_url().trim_start_matches("sqlite://").split('?').next().unwrap().to_owned();
    for part in [file.clone(), format!("{file}-wal")] {
        without(&String::from_utf8_lossy(&std::fs::read(&part).unwrap_or_default()), &part);
    }
    for path in ["/auth/connections", "/auth/session", "/auth/sessions", "/o/acme"] {
        for visitor in [scene.person.clone(), scene.person.wanting_pages()] {
            let answer = visitor.get(path).await;
            without(&format!("{}{:?}", answer.body, answer.headers), path);
        }
    }
    without(&scene.portal.log(), "the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_renewed_once_for_all_who_wait_on_every_node() {
    let scene = Scene::set().await;
    scene.connect("email").await;
    let ahead = Arc::new(AtomicI64::new(0));
    let nodes = [scene.node(&ahead).await, scene.node(&ahead).await];
    let first = scene.token(&nodes[0], &["email"]).await.unwrap();
    assert_eq!(scene.token(&nodes[1], &["email"]).await.unwrap(), first);
    assert_eq!(scene.peer.count(REFRESHED).await, 0, "it is good still");

    for round in 1..=2 {
        ahead.store(590 * round, Ordering::SeqCst);
        let before = scene.peer.count(REFRESHED).await;
        let waiting = (0..16).map(|at| scene.token(&nodes[at % 2], &["email"]));
        let renewed: Vec<String> = join_all(waiting).await.into_iter().map(Result::unwrap).collect();
        assert!(renewed.iter().all(|token| *token == renewed[0] && *token != first), "{renewed:?}");
        assert_eq!(scene.peer.count(REFRESHED).await, before + 1, "one question for 16 who wait on two nodes");
        assert_eq!(scene.userinfo(&renewed[0]).await.1["email"], "ada@idp.example");
    }
    assert_eq!(scene.peer.count("refused refresh_token").await, 0, "no refresh token came twice");
}

#[tokio::test]
async fn bound_tokens_are_renewed_and_used_by_their_key_alone() {
    let scene = Scene::binding().await;
    assert_eq!(scene.connect("email+profile").await, "connection=connected", "{}", scene.portal.log());
    assert_eq!(scene.peer.count("pushed").await, 1);
    let page = scene.person.wanting_pages().get(PAGE).await;
    assert!(page.body.contains("ada@idp.example"), "the portal calls the service itself: {}", page.body);
    let ahead = Arc::new(AtomicI64::new(0));
    let node = scene.node(&ahead).await;
    let token = node.token(scene.user, "calendar", &["email"]).await.unwrap();
    assert!(token.is_bound() && scene.peer.count(REFRESHED).await == 0, "what one node got the other can use");
    assert_eq!(scene.call(&token).await.1["email"], "ada@idp.example");
    assert_eq!(scene.userinfo(token.secret().expose()).await.0, 401, "it is no bearer token");

    ahead.store(590, Ordering::SeqCst);
    let renewed = node.token(scene.user, "calendar", &["email"]).await.unwrap();
    assert_ne!(renewed.secret().expose(), token.secret().expose());
    assert_eq!(scene.peer.count(REFRESHED).await, 1);
    ahead.store(0, Ordering::SeqCst);
    assert_eq!(scene.call(&renewed).await.1["email"], "ada@idp.example");
    assert_eq!((scene.peer.count("bound token").await, scene.peer.count("bearer token").await), (2, 0));
}

#[tokio::test]
async fn missing_scopes_need_consent_and_the_error_says_where() {
    let scene = Scene::set().await;
    let node = scene.node(&Arc::default()).await;
    let nothing = scene.token(&node, &["email"]).await.unwrap_err();
    let ConnectionError::NeedsConsent { connect_url, .. } = nothing else { panic!("{nothing:?}") };
    assert_eq!(scene.walk(&connect_url).await, "connection=connected");
    scene.token(&node, &["email"]).await.unwrap();

    let missing = scene.token(&node, &["email", "profile"]).await.unwrap_err();
    let ConnectionError::NeedsConsent { connect_url, scopes, provider } = missing else { panic!("{missing:?}") };
    let all = texts(&["openid", "offline_access", "email", "profile"]);
    assert_eq!((provider.as_str(), scopes), ("calendar", all.clone()));
    scene.walk(&connect_url).await;
    assert_eq!(scene.scopes().await, all);
    scene.token(&node, &["email", "profile"]).await.unwrap();
    let unknown = node.token(scene.user, "mail", &[]).await.unwrap_err();
    assert!(matches!(unknown, ConnectionError::Unknown(_)), "{unknown:?}");
}

#[tokio::test]
async fn a_grant_that_the_service_has_ended_needs_consent_again() {
    let scene = Scene::set().await;
    scene.connect("email").await;
    let ahead = Arc::new(AtomicI64::new(0));
    let node = scene.node(&ahead).await;
    // A copy of the refresh token is used up elsewhere: the service ends the grant at our next use.
    let stolen = refresh_token(&scene).await;
    let theft = [("grant_type", "refresh_token"), ("refresh_token", stolen.as_str())];
    let thief = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = thief
        .post(format!("{}/token", scene.peer.issuer()))
        .basic_auth(OidcProvider::CLIENT_ID, Some(OidcProvider::CLIENT_SECRET))
        .form(&theft);
    assert_eq!(request.send().await.unwrap().status(), 200);
    ahead.store(590, Ordering::SeqCst);
    let ended = scene.token(&node, &["email"]).await.unwrap_err();
    assert!(matches!(ended, ConnectionError::NeedsConsent { .. }), "{ended:?}");
    assert_eq!(scene.list().await.json()[0]["state"], "needs-consent");
    scene.connect("").await;
    scene.token(&node, &["email"]).await.unwrap();
}

#[tokio::test]
async fn who_cancels_there_is_back_with_nothing_connected() {
    let scene = Scene::set().await;
    let person = scene.person.wanting_pages();
    let mut page = person.get("/auth/connections/calendar/connect?scopes=email&return_to=/done").await;
    while let Some(next) = page.location() {
        page = person.get(next.as_str()).await;
    }
    let abort = page.body.split('"').find(|piece| piece.ends_with("/abort")).unwrap();
    let mut answer = person.get(page.url.join(abort).unwrap().as_str()).await;
    while let Some(next) = answer.location().filter(|next| next.path() != "/done") {
        answer = person.get(next.as_str()).await;
    }
    assert_eq!(answer.location().unwrap().query(), Some("connection=cancelled"));
    assert_eq!(scene.list().await.json(), json!([]));
}

/// The page of the service.
const PAGE: &str = "/account/services/calendar";

/// The way that the page prompts to, if it does.
fn prompt(page: &Answer) -> Option<String> {
    let (_, prompt) = page.body.split_once(r#"data-part="needs-consent""#)?;
    let (_, href) = prompt.split_once("href=\"")?;
    Some(href.split('"').next()?.replace("&amp;", "&"))
}

#[tokio::test]
async fn the_portal_shows_the_account_over_there_and_prompts_for_what_is_missing() {
    let scene = Scene::set().await;
    let person = scene.person.wanting_pages();
    let page = person.get(PAGE).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let way = prompt(&page).unwrap_or_else(|| panic!("no prompt: {}", page.body));
    assert!(way.starts_with("/auth/connections/calendar/connect?scopes=") && way.ends_with(PAGE), "{way}");
    assert!(person.get("/account").await.body.contains(PAGE), "the account page leads there");

    let back = walk_to(&scene.person, &way, "ada", &scene.portal.url(PAGE)).await;
    assert_eq!(back.query(), Some("connection=connected"));
    let page = person.get(back.as_str()).await;
    assert!(
        page.body.contains("ada@idp.example") && page.body.contains(r#"data-part="service-facts""#),
        "{}",
        page.body
    );
    assert_eq!(prompt(&page), None);
    let token = scene.token(&scene.node(&Arc::default()).await, &["email"]).await.unwrap();
    assert!(!page.body.contains(&token), "the token is not for the browser");

    // What was granted is not all that is needed.
    assert_eq!(scene.person.delete("/auth/connections/calendar").await.status, 204);
    scene.connect("email").await;
    let way = prompt(&person.get(PAGE).await).unwrap();
    assert!(way.contains("email+profile"), "{way}");
    walk_to(&scene.person, &way, "ada", &scene.portal.url(PAGE)).await;
    assert_eq!(prompt(&person.get(PAGE).await), None);

    // The service ends the token without a word: it takes no call any more.
    let token = scene.token(&scene.node(&Arc::default()).await, &["email"]).await.unwrap();
    let ended = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = ended
        .post(format!("{}/token/revocation", scene.peer.issuer()))
        .basic_auth(OidcProvider::CLIENT_ID, Some(OidcProvider::CLIENT_SECRET))
        .form(&[("token", token)]);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let way = prompt(&person.get(PAGE).await).unwrap();
    walk_to(&scene.person, &way, "ada", &scene.portal.url(PAGE)).await;
    assert_eq!(prompt(&person.get(PAGE).await), None);
}

#[tokio::test]
async fn the_page_of_a_service_is_for_the_person_alone() {
    let scene = Scene::set().await;
    scene.connect("email+profile").await;
    let stranger = Visitor::anonymous(&scene.portal).wanting_pages().get(PAGE).await;
    assert_eq!(stranger.location().unwrap().path(), "/sign-in");
    let other = Visitor::signed_in(&scene.portal, SUPPORT).await.wanting_pages().get(PAGE).await;
    assert!(prompt(&other).is_some() && !other.body.contains("ada@"), "{}", other.body);
    assert_eq!(scene.person.get("/account/services/mail").await.status, 404);

    // What the person connected is not for whoever they gave a token to.
    let client = OpenIdClient::start();
    client.step("discover", &json!({"issuer": scene.portal.base(), "client_id": "desk"})).await;
    let url = client.step("authorize", &json!({"redirect_uri": BACK, "scope": "openid"})).await;
    let back = walk(&scene.person, url["url"].as_str().unwrap(), FINANCE).await;
    client.step("callback", &json!({"url": back})).await;
    let session = client.step("fetch", &json!({"url": scene.portal.url("/auth/session")})).await;
    assert!(session["body"].as_str().unwrap().contains(FINANCE), "the token is good: {session}");
    let hidden = client.step("fetch", &json!({"url": scene.portal.url(PAGE)})).await;
    assert_eq!(hidden["status"], 404, "{hidden}");
}

#[tokio::test]
async fn a_service_that_is_down_is_503_and_no_prompt() {
    let scene = Scene::set().await;
    scene.connect("email+profile").await;
    let (person, issuer) = (scene.person.wanting_pages(), scene.peer.issuer().to_owned());
    assert_eq!(person.get(PAGE).await.status, 200);
    drop(scene.peer);
    let page = person.get(PAGE).await;
    assert_eq!(page.status, 503, "{issuer}: {}", page.body);
    assert_eq!(prompt(&page), None);
    assert_eq!(scene.person.get("/auth/connections").await.json()[0]["state"], "connected", "nothing is forgotten");
}

/// What the service answers next, and whether the token came to another place.
#[derive(Default)]
struct OddService {
    answer: Mutex<(u16, String)>,
    leaked: AtomicI64,
}

async fn odd(State(service): State<Arc<OddService>>, request: Request) -> Response {
    if request.uri().path() == "/elsewhere" {
        service.leaked.fetch_add(1, Ordering::SeqCst);
    }
    let (status, body) = service.answer.lock().unwrap().clone();
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("location", "/elsewhere"), ("content-type", "application/json")], body).into_response()
}

#[tokio::test]
async fn an_odd_answer_is_503_and_the_token_goes_nowhere_else() {
    let service = Arc::new(OddService::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/me", listener.local_addr().unwrap());
    let router = Router::new().fallback(odd).with_state(Arc::clone(&service));
    tokio::spawn(axum::serve(listener, router).into_future());
    let scene = Scene::with_profile_at(Some(&endpoint)).await;
    scene.connect("email+profile").await;
    let person = scene.person.wanting_pages();
    for (status, body, expected) in [
        (302, String::new(), 503),
        (500, String::new(), 503),
        (404, "{}".to_owned(), 503),
        (200, "[]".to_owned(), 503),
        (200, "no JSON".to_owned(), 503),
        (200, format!(r#"{{"x": "{}"}}"#, "x".repeat(70_000)), 503),
        (403, "{}".to_owned(), 200),
        (200, r#"{"nick_name": "<b>Ada", "groups": ["a", "b"], "nothing": null, "deep": {}}"#.to_owned(), 200),
    ] {
        *service.answer.lock().unwrap() = (status, body.clone());
        let page = person.get(PAGE).await;
        assert_eq!(page.status, expected, "{status} {body:.40}: {}", page.body);
        assert_eq!(prompt(&page).is_some(), status == 403, "{status} {body:.40}");
        if expected == 200 && status == 200 {
            assert!(page.body.contains("&lt;b&gt;Ada") && page.body.contains("nick name"), "{}", page.body);
            assert!(page.body.contains("a, b") && !page.body.contains("deep"), "{}", page.body);
        }
    }
    assert_eq!(service.leaked.load(Ordering::SeqCst), 0, "no redirect is followed");
}

#[tokio::test]
async fn who_cancels_the_prompt_is_back_on_the_page() {
    let scene = Scene::set().await;
    let person = scene.person.wanting_pages();
    let mut page = person.get(&prompt(&person.get(PAGE).await).unwrap()).await;
    while let Some(next) = page.location() {
        page = person.get(next.as_str()).await;
    }
    let abort = page.body.split('"').find(|piece| piece.ends_with("/abort")).unwrap();
    let mut answer = person.get(page.url.join(abort).unwrap().as_str()).await;
    while let Some(next) = answer.location() {
        answer = person.get(next.as_str()).await;
    }
    assert_eq!((answer.status.as_u16(), answer.url.path()), (200, PAGE));
    assert!(answer.body.contains("You did not agree there") && prompt(&answer).is_some(), "{}", answer.body);
}

/// What only whoever has the database and its key can read.
async fn refresh_token(scene: &Scene) -> String {
    use portcullis_middleware::port::ConnectionStore;
    let connection = scene.database().await.connection(scene.user, "calendar").await.unwrap().unwrap();
    connection.tokens.unwrap().refresh.unwrap().expose().clone()
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}
