//! Rights that stand elsewhere: claims of a provider written by others, and a remote grant API.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::join_all;
use portcullis_tests::form::Form;
use portcullis_tests::free_port::free_port;
use portcullis_tests::{Answer, OidcProvider, Portal, PortalOptions, Visitor, sign_in};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::house::{OWNER, assert_refused, rows, text};
use crate::issuer::{Issuer, Key};

/// A portal whose people may sign in at the peer; `settings` are further keys of the provider.
fn beside_a_peer(accounts: &Value, settings: &str) -> (OidcProvider, Portal) {
    let port = free_port();
    let home = format!("http://127.0.0.1:{port}/");
    let peer = OidcProvider::start_with(&[&format!("{home}auth/callback/peer")], &[&home], accounts);
    let config = format!(
        "[[identity_providers]]\nid = \"peer\"\nlabel = \"The peer\"\nissuer = \"{}\"\nclient_id = \"{}\"\n\
         client_secret = \"{}\"\nscopes = [\"email\", \"profile\"]\n{settings}\n",
        peer.issuer(),
        OidcProvider::CLIENT_ID,
        OidcProvider::CLIENT_SECRET,
    );
    let portal = Portal::start(PortalOptions::default().at_port(port).with_config(&config));
    (peer, portal)
}

async fn from_the_peer(portal: &Portal, name: &str) -> Visitor {
    let visitor = Visitor::anonymous(portal);
    sign_in::by_password(&visitor, "peer", name, "anything").await;
    visitor
}

async fn session(visitor: &Visitor, org: &str) -> Value {
    let answer = visitor.get(&format!("/auth/session?org={org}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn list(value: &Value) -> Vec<String> {
    let mut all: Vec<String> = value.as_array().unwrap().iter().map(text).collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_sign_in_at_the_peer_makes_a_member_with_the_roles_of_its_claims() {
    let accounts = json!({
        "ada": {"roles": ["FINANCE", "NO_SUCH_ROLE"]},
        // The same address as a local account, and still somebody else.
        "impostor": {"email": OWNER},
    });
    let settings = "organization = \"acme\"\nroles = [\"ORG_USER\"]\nclaims = { roles = \"roles\" }";
    let (_peer, portal) = beside_a_peer(&accounts, settings);

    let ada = from_the_peer(&portal, "ada").await;
    let seen = session(&ada, "acme").await;
    assert_eq!(
        (&seen["user"]["email"], list(&seen["roles"])),
        (&json!("ada@idp.example"), vec!["FINANCE".into(), "ORG_USER".into()])
    );
    assert_eq!(ada.wanting_pages().get("/").await.header("location"), Some("/o/acme"));
    assert_refused(&ada.get("/api/o/globex/invoices").await, 404, "not-found");
    let unpaid = rows(&ada.get("/api/o/acme/invoices?state=open").await).remove(0);
    let paid = ada.post_json(&format!("/api/o/acme/invoices/{}/pay", text(&unpaid["id"])), &json!({})).await;
    assert_eq!(paid.status, 200, "{}", paid.body);

    let bob = from_the_peer(&portal, "bob").await;
    assert_eq!(list(&session(&bob, "acme").await["roles"]), ["ORG_USER"]);
    let impostor = from_the_peer(&portal, "impostor").await;
    assert_eq!(list(&session(&impostor, "acme").await["roles"]), ["ORG_USER"], "an equal address links nothing");

    // The same person once more is no second member, and roles granted here stay beside the provider's.
    let owner = Visitor::signed_in(&portal, OWNER).await;
    let member = async || {
        let all = rows(&owner.get("/api/o/acme/members?q=ada").await);
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    };
    let id = text(&member().await["id"]);
    let both = json!({"roles": ["ORG_USER", "FINANCE", "SUPPORT"]});
    assert_eq!(owner.post_json(&format!("/api/o/acme/members/{id}/roles"), &both).await.status, 200);
    from_the_peer(&portal, "ada").await;
    assert_eq!(list(&member().await["roles"]), ["FINANCE", "ORG_USER", "SUPPORT"]);
}

#[tokio::test]
async fn signing_out_here_signs_out_at_the_peer() {
    let (peer, portal) = beside_a_peer(&json!({}), "organization = \"acme\"\nroles = [\"ORG_USER\"]");
    let visitor = from_the_peer(&portal, "ada").await.wanting_pages();
    let answer = visitor.post_form("/auth/logout", &[("x", "y")]).await;
    let onward = answer.location().unwrap();
    assert!(onward.as_str().starts_with(peer.issuer()), "{onward}");
    assert!(onward.query_pairs().any(|(name, _)| name == "id_token_hint"), "{onward}");
    assert_eq!(visitor.get("/auth/session").await.json(), json!({"authenticated": false}), "signed out here already");

    // The peer asks once whether that is meant, and then sends back home.
    let mut page = visitor.get(onward.as_str()).await;
    if let Some(form) = Form::all(&page.body).into_iter().find(|form| form.is_post) {
        let target = page.url.join(&form.action).unwrap();
        page = visitor.post_form(target.as_str(), &form.filled(&[("logout", "yes")])).await;
    }
    assert_eq!(page.location().unwrap().as_str(), portal.url("/"), "{}", page.body);
    let mut again = visitor.get("/auth/login?provider=peer").await;
    while let Some(next) = again.location() {
        again = visitor.get(next.as_str()).await;
    }
    assert!(
        Form::all(&again.body).iter().any(|form| form.password.is_some()),
        "the peer asks who it is: {}",
        again.body
    );
}

#[tokio::test]
async fn claims_of_a_login_and_a_remote_api_are_united() {
    let accounts = json!({"ada": {"organizations": {"acme": {"roles": ["SUPPORT"], "permissions": ["orders:view"]}}}});
    let api = GrantApi::start().await;
    api.will(Behaviour::Answer(200, json!({"permissions": ["invoices:view"]})));
    let settings = format!(
        "grants = [\"claims\", \"remote\"]\nclaims = {{ organizations = \"organizations\" }}\n{}",
        api.config("fresh = 30, stale = 60")
    );
    let (peer, portal) = beside_a_peer(&accounts, &settings);
    let ada = from_the_peer(&portal, "ada").await;
    let seen = session(&ada, "acme").await;
    assert_eq!(list(&seen["roles"]), ["SUPPORT"]);
    let united = ["invoices:view", "orders:view", "tickets:close", "tickets:create", "tickets:view"];
    assert_eq!(list(&seen["permissions"]), united);
    let asked = api.last().unwrap();
    assert_eq!(asked.query, json!({"issuer": peer.issuer(), "subject": "ada", "organization": "acme"}));
    assert_eq!(asked.authorization.as_deref(), Some("Bearer a-token-for-the-grant-api"));

    // What one source does not know the other still may; what neither knows is not there.
    api.will(Behaviour::Answer(404, json!({})));
    assert_refused(&ada.get("/api/o/globex/invoices").await, 404, "not-found");
    // And who cannot answer is not "no rights".
    api.will(Behaviour::Answer(500, json!({})));
    let answer = ada.get("/api/o/initech/invoices").await;
    assert_refused(&answer, 503, "unavailable");
    assert!(answer.header("retry-after").is_some());
}

/// A grant API that does what the test wants.
struct GrantApi {
    url: String,
    desk: Arc<Desk>,
    server: JoinHandle<()>,
}

#[derive(Clone, Debug)]
enum Behaviour {
    Answer(u16, Value),
    AnswerAfter(Duration, Value),
}

/// What it was asked.
#[derive(Clone, Debug)]
struct Asked {
    query: Value,
    authorization: Option<String>,
}

struct Desk {
    behaviour: Mutex<Behaviour>,
    last: Mutex<Option<Asked>>,
    count: AtomicUsize,
}

impl GrantApi {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/grants", listener.local_addr().unwrap());
        let behaviour = Mutex::new(Behaviour::Answer(404, json!({})));
        let desk = Arc::new(Desk { behaviour, last: Mutex::default(), count: AtomicUsize::new(0) });
        let router = Router::new().route("/grants", get(answer)).with_state(Arc::clone(&desk));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, desk, server }
    }

    fn config(&self, times: &str) -> String {
        format!(
            "remote = {{ endpoint = \"{}\", token = \"a-token-for-the-grant-api\", timeout_ms = 400, {times} }}\n",
            self.url
        )
    }

    fn will(&self, behaviour: Behaviour) {
        *self.desk.behaviour.lock().unwrap_or_else(PoisonError::into_inner) = behaviour;
    }

    fn count(&self) -> usize {
        self.desk.count.load(Ordering::SeqCst)
    }

    fn last(&self) -> Option<Asked> {
        self.desk.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for GrantApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(desk): State<Arc<Desk>>, Query(query): Query<Value>, headers: HeaderMap) -> Response {
    desk.count.fetch_add(1, Ordering::SeqCst);
    let authorization = headers.get("authorization").and_then(|value| value.to_str().ok()).map(str::to_owned);
    *desk.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Asked { query, authorization });
    let behaviour = desk.behaviour.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match behaviour {
        Behaviour::Answer(status, body) => (StatusCode::from_u16(status).unwrap(), Json(body)).into_response(),
        Behaviour::AnswerAfter(time, body) => {
            tokio::time::sleep(time).await;
            Json(body).into_response()
        }
    }
}

/// A portal that asks the API for the rights of an issuer's tokens.
struct Asking {
    api: GrantApi,
    issuer: Issuer,
    key: Key,
    portal: Portal,
}

impl Asking {
    async fn start(times: &str) -> Self {
        let key = Key::new("one");
        let (api, issuer) = (GrantApi::start().await, Issuer::start(&[&key]).await);
        let config = format!("{}grants = [\"remote\"]\n{}", issuer.config("{}"), api.config(times));
        let portal = Portal::start(PortalOptions::default().with_config(&config));
        Self { api, issuer, key, portal }
    }

    /// A program with a token, whose rights nobody has asked for yet.
    fn program(&self, subject: &str) -> Visitor {
        Visitor::bearer(&self.portal, &self.key.sign(&self.issuer.claims(json!({ "sub": subject }))))
    }
}

async fn look(program: &Visitor) -> Answer {
    program.get("/api/o/acme/invoices").await
}

fn viewing() -> Value {
    json!({"permissions": ["invoices:view"]})
}

#[tokio::test]
async fn an_answer_is_used_until_it_is_old_and_asked_for_once() {
    let asking = Asking::start("fresh = 30, stale = 60").await;
    asking.api.will(Behaviour::AnswerAfter(Duration::from_millis(100), viewing()));
    let program = asking.program("one");
    let answers = join_all((0..20).map(|_| look(&program))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(asking.api.count(), 1, "one question for all who wait");
    look(&program).await;
    assert_eq!(asking.api.count(), 1, "and none while the answer is fresh");
    assert_eq!(look(&asking.program("other")).await.status, 200);
    assert_eq!(asking.api.count(), 2, "another subject is another question");
}

#[tokio::test]
async fn one_that_takes_too_long_is_unavailable() {
    let asking = Asking::start("fresh = 30, stale = 60").await;
    asking.api.will(Behaviour::AnswerAfter(Duration::from_secs(20), viewing()));
    let asked = Instant::now();
    let answer = look(&asking.program("one")).await;
    assert_refused(&answer, 503, "unavailable");
    assert!(answer.header("retry-after").is_some() && asked.elapsed() < Duration::from_secs(5));
    // What is no answer is none either.
    for bad in [Behaviour::Answer(200, json!(["invoices:view"])), Behaviour::Answer(403, viewing())] {
        asking.api.will(bad);
        assert_refused(&look(&asking.program("two")).await, 503, "unavailable");
    }
    asking.api.will(Behaviour::Answer(200, viewing()));
    assert_eq!(look(&asking.program("one")).await.status, 200, "a failure is not remembered");
}

#[tokio::test]
async fn an_old_answer_is_used_while_a_new_one_is_fetched() {
    let asking = Asking::start("fresh = 1, stale = 60").await;
    asking.api.will(Behaviour::Answer(200, viewing()));
    let program = asking.program("one");
    assert_eq!(look(&program).await.status, 200);
    tokio::time::sleep(Duration::from_millis(2100)).await;

    // The right is gone over there, and the API slow to say so: nobody waits for it.
    asking.api.will(Behaviour::AnswerAfter(Duration::from_millis(300), json!({"permissions": []})));
    let asked = Instant::now();
    assert_eq!(look(&program).await.status, 200);
    assert!(asked.elapsed() < Duration::from_millis(250), "{:?}", asked.elapsed());
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_refused(&look(&program).await, 403, "permission-denied");
}

#[tokio::test]
async fn an_answer_too_old_is_not_believed() {
    let asking = Asking::start("fresh = 1, stale = 4").await;
    asking.api.will(Behaviour::Answer(200, viewing()));
    let program = asking.program("one");
    assert_eq!(look(&program).await.status, 200);
    asking.api.will(Behaviour::Answer(500, json!({})));
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(look(&program).await.status, 200, "stale, and still to be used");
    tokio::time::sleep(Duration::from_millis(3000)).await;
    assert_refused(&look(&program).await, 503, "unavailable");
}

#[tokio::test]
async fn the_api_says_who_belongs_where_and_grants_exactly_what_it_names() {
    let asking = Asking::start("fresh = 30, stale = 60").await;
    let program = asking.program("one");
    asking.api.will(Behaviour::Answer(404, json!({})));
    assert_refused(&look(&program).await, 404, "not-found");
    asking.api.will(Behaviour::Answer(
        200,
        json!({"roles": ["FINANCE", "NO_SUCH"], "permissions": ["tickets:view", "no:such"]}),
    ));
    let seen = session(&asking.program("two"), "acme").await;
    assert_eq!(list(&seen["permissions"]), ["invoices:download", "invoices:pay", "invoices:view", "tickets:view"]);
}
