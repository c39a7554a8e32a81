//! Sign-in at a provider on behalf of an authorization server of the same process.

use std::{collections::HashMap, sync::atomic::Ordering};

use portcullis_core::principal::User;
use portcullis_middleware::{
    login::{
        IdentityProvider, Login, OAuth2Endpoints, Protocol, UpstreamAnswer, UpstreamDeparture, UpstreamError,
        UpstreamPerson, UpstreamRequest,
    },
    oauth_client::PushedRequests,
    port::EnterpriseConnection,
    token::ClaimPaths,
};
use serde_json::{Value, json};

use crate::{
    company::{CLIENT, Scene, acme},
    elsewhere::Elsewhere,
    house::{ANN, user},
    issuer::ISSUER,
    stores::Room,
};

/// Where the authorization server is answered.
const BACK: &str = "https://portal.example/oauth/upstream/work";

const REQUEST: UpstreamRequest<'_> =
    UpstreamRequest { redirect_uri: BACK, login_hint: None, prompt: None, max_age: None };

fn at_work() -> String {
    EnterpriseConnection::provider_id(acme())
}

fn sent(departure: &UpstreamDeparture) -> HashMap<String, String> {
    departure.url.query_pairs().into_owned().collect()
}

fn with_code(scene: &Scene) -> UpstreamAnswer {
    UpstreamAnswer { code: Some("c".to_owned()), error: None, iss: Some(scene.acme.issuer.clone()) }
}

/// There and back, with a provider that states these claims beside the usual ones.
async fn walk(scene: &Scene, request: &UpstreamRequest<'_>, changes: &Value) -> Result<UpstreamPerson, UpstreamError> {
    let departure = scene.login.depart_upstream(&at_work(), request).await?;
    scene.acme.states(&scene.house, &sent(&departure)["nonce"], changes);
    scene.login.arrive_upstream(&departure.pending, with_code(scene)).await
}

#[tokio::test]
async fn who_comes_back_is_reconciled_as_at_any_sign_in() {
    let scene = Scene::set().await;
    let wanted = UpstreamRequest { login_hint: Some("ada@acme.example"), ..REQUEST };
    let departure = scene.login.depart_upstream(&at_work(), &wanted).await.unwrap();
    let sent = sent(&departure);
    assert!(departure.url.as_str().starts_with(&format!("{}/authorize?", scene.acme.issuer)));
    assert_eq!((sent["client_id"].as_str(), sent["redirect_uri"].as_str()), (CLIENT, BACK));
    assert_eq!((&sent["state"], sent["code_challenge_method"].as_str()), (&departure.state, "S256"));
    assert_eq!(sent["login_hint"], "ada@acme.example");
    assert!(!sent.contains_key("prompt") && !sent.contains_key("max_age"));
    assert!(!format!("{:?}", departure.pending).contains(&sent["nonce"]), "what is kept is not shown");

    let changes =
        json!({"sid": "s-1", "auth_time": scene.house.now() - 60, "amr": ["pwd", "", "mfa", 7, "x".repeat(33)]});
    scene.acme.states(&scene.house, &sent["nonce"], &changes);
    let person = scene.login.arrive_upstream(&departure.pending, with_code(&scene)).await.unwrap();
    assert_eq!((person.subject.issuer.as_ref(), person.subject.id.as_ref()), (scene.acme.issuer.as_str(), "ada"));
    assert_eq!((person.sid.as_deref(), person.auth_time), (Some("s-1"), Some(scene.house.now() - 60)));
    assert_eq!(person.amr, ["pwd", "mfa"], "names of methods and nothing else");
    let told = scene.told();
    assert_eq!((told.email.as_str(), told.email_verified), ("ada@acme.example", true));
    let membership = told.membership.unwrap();
    assert!(membership.makes_membership);
    assert_eq!(membership.roles, ["FINANCE", "ORG_USER"], "the role mapping is asked anew");
}

#[tokio::test]
async fn a_fresh_sign_on_has_to_be_shown() {
    let scene = Scene::set().await;
    let now = scene.house.now();
    let again = UpstreamRequest { prompt: Some("login"), max_age: Some(0), ..REQUEST };
    let departure = scene.login.depart_upstream(&at_work(), &again).await.unwrap();
    let sent = sent(&departure);
    assert_eq!((sent["prompt"].as_str(), sent["max_age"].as_str()), ("login", "0"));
    for (max_age, auth_time, believed) in [
        (0, json!(now), true),
        (0, json!(now - 31), false),
        (0, Value::Null, false),
        (0, json!("now"), false),
        (300, json!(now - 300), true),
        (300, json!(now - 331), false),
    ] {
        let request = UpstreamRequest { max_age: Some(max_age), ..REQUEST };
        let person = walk(&scene, &request, &json!({"auth_time": auth_time})).await;
        assert_eq!(person.is_ok(), believed, "{max_age} {auth_time}");
        assert!(believed || person.unwrap_err() == UpstreamError::Invalid);
    }
    assert!(walk(&scene, &REQUEST, &json!({"auth_time": null})).await.unwrap().auth_time.is_none(), "not asked for");

    // Who takes their time over there has signed on after they were sent.
    let slow = UpstreamRequest { max_age: Some(0), ..REQUEST };
    let departure = scene.login.depart_upstream(&at_work(), &slow).await.unwrap();
    scene.house.wait(600);
    let nonce = departure.url.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
    scene.acme.states(&scene.house, &nonce, &json!({"auth_time": now + 100}));
    assert!(scene.login.arrive_upstream(&departure.pending, with_code(&scene)).await.is_ok());
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_not_believed() {
    let scene = Scene::set().await;
    for changes in [json!({"nonce": "another"}), json!({"aud": "another"}), json!({"exp": 1}), json!({"iss": ISSUER})] {
        assert_eq!(walk(&scene, &REQUEST, &changes).await.unwrap_err(), UpstreamError::Invalid, "{changes}");
    }
    assert!(scene.house.stores.logins.lock().unwrap().is_empty(), "nobody was made known");
    let departure = scene.login.depart_upstream(&at_work(), &REQUEST).await.unwrap();
    let iss = Some(scene.acme.issuer.clone());
    for (answer, error) in [
        (UpstreamAnswer { iss: Some(ISSUER.to_owned()), ..with_code(&scene) }, UpstreamError::Invalid),
        (UpstreamAnswer { iss: None, ..with_code(&scene) }, UpstreamError::Invalid),
        (
            UpstreamAnswer { error: Some("access_denied".to_owned()), iss: iss.clone(), code: None },
            UpstreamError::Cancelled,
        ),
        (UpstreamAnswer { error: Some("server_error".to_owned()), ..with_code(&scene) }, UpstreamError::Failed),
        (UpstreamAnswer { iss, ..UpstreamAnswer::default() }, UpstreamError::Failed),
    ] {
        let refused = scene.login.arrive_upstream(&departure.pending, answer.clone()).await.unwrap_err();
        assert_eq!(refused, error, "{answer:?}");
    }
}

#[tokio::test]
async fn an_address_leads_to_its_provider_and_to_no_other() {
    let scene = Scene::set().await;
    assert!(scene.login.has_upstreams_by_address());
    let found = scene.login.upstream_of_address("Ada@ACME.example").await.unwrap().unwrap();
    assert_eq!(
        (found.id.as_ref(), &found.issuer, found.shows_auth_time),
        (at_work().as_str(), &scene.acme.issuer, true)
    );
    for other in ["ada@globex.example", "ada@mail.acme.example", "ada", ""] {
        assert_eq!(scene.login.upstream_of_address(other).await.unwrap(), None, "{other}: no way to the local one");
    }
    let offered: Vec<_> = scene.login.upstreams().into_iter().map(|one| one.issuer).collect();
    assert_eq!(offered, [ISSUER], "those of the configuration alone are for everybody");
    assert_eq!(scene.login.upstream("nobody").await.unwrap_err(), UpstreamError::Unknown);
    assert!(scene.login.withdraw("local"));
    assert!(scene.login.upstreams().is_empty());
    assert_eq!(scene.login.depart_upstream("local", &REQUEST).await.unwrap_err(), UpstreamError::Unknown);
    scene.register.down.store(true, Ordering::SeqCst);
    let down = scene.login.upstream_of_address("ada@acme.example").await.unwrap_err();
    assert_eq!(down, UpstreamError::Unavailable);
}

#[tokio::test]
async fn forced_single_sign_on_is_enforced_here_too() {
    let scene = Scene::set().await;
    let ann = User { id: user(ANN), email: "ann@acme.example".into(), name: "Ann".into() };
    scene.login.enforce_single_sign_on(&ann).await.unwrap();
    scene.register.change(|one| one.forced = true);
    assert_eq!(scene.login.enforce_single_sign_on(&ann).await.unwrap_err(), UpstreamError::SingleSignOn);
    let bob = User { email: "bob@globex.example".into(), ..ann.clone() };
    scene.login.enforce_single_sign_on(&bob).await.unwrap();
    walk(&scene, &REQUEST, &json!({})).await.unwrap();
    scene.register.owners.lock().unwrap().push((user(ANN), acme()));
    scene.login.enforce_single_sign_on(&ann).await.unwrap();

    // Another provider that states an address of the domain is refused.
    let hub = hub(&scene, &honest());
    let departure = hub.depart_upstream("hub", &REQUEST).await.unwrap();
    let answer = UpstreamAnswer { code: Some("c".to_owned()), ..UpstreamAnswer::default() };
    let refused = hub.arrive_upstream(&departure.pending, answer).await.unwrap_err();
    assert_eq!(refused, UpstreamError::SingleSignOn);
}

#[tokio::test]
async fn what_cannot_answer_is_unavailable() {
    let scene = Scene::set().await;
    scene.house.stores.go_down(Room::People);
    assert_eq!(walk(&scene, &REQUEST, &json!({})).await.unwrap_err(), UpstreamError::Unavailable);
    let elsewhere = honest();
    let hub = hub(&scene, &elsewhere);
    elsewhere.answers("/token", 502, Value::Null);
    let departure = hub.depart_upstream("hub", &REQUEST).await.unwrap();
    let answer = UpstreamAnswer { code: Some("c".to_owned()), ..UpstreamAnswer::default() };
    assert_eq!(hub.arrive_upstream(&departure.pending, answer).await.unwrap_err(), UpstreamError::Unavailable);
}

#[tokio::test]
async fn a_provider_without_id_tokens_shows_no_time() {
    let scene = Scene::set().await;
    let elsewhere = honest();
    let hub = hub(&scene, &elsewhere);
    assert!(!hub.upstream("hub").await.unwrap().shows_auth_time);
    let answer = || UpstreamAnswer { code: Some("c".to_owned()), ..UpstreamAnswer::default() };
    let departure = hub.depart_upstream("hub", &REQUEST).await.unwrap();
    let person = hub.arrive_upstream(&departure.pending, answer()).await.unwrap();
    assert_eq!((person.auth_time, person.amr.len(), person.sid), (None, 0, None));
    let fresh = UpstreamRequest { max_age: Some(300), ..REQUEST };
    let departure = hub.depart_upstream("hub", &fresh).await.unwrap();
    assert_eq!(hub.arrive_upstream(&departure.pending, answer()).await.unwrap_err(), UpstreamError::Invalid);
}

/// A plain OAuth 2.0 provider at which everything is in order.
fn honest() -> Elsewhere {
    let elsewhere = Elsewhere::new();
    elsewhere.answers("/token", 200, json!({"access_token": "at-1", "token_type": "bearer"}));
    elsewhere.answers("/user", 200, json!({"sub": "ada", "email": "ada@acme.example", "email_verified": true}));
    elsewhere
}

/// A nested request is pushed as any other is, with the address that it comes back to.
#[tokio::test]
async fn a_request_is_pushed_and_a_refusal_is_no_outage() {
    let (scene, elsewhere) = (Scene::set().await, honest());
    let hub = hub_pushed_to(&scene, &elsewhere, PushedRequests::Always);
    elsewhere.answers("/par", 201, json!({"request_uri": "urn:example:r-1", "expires_in": 60}));
    let departure = hub.depart_upstream("hub", &REQUEST).await.unwrap();
    let sent: Vec<String> = departure.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(sent, ["client_id", "request_uri"]);
    let form = elsewhere.asked("/par").remove(0).form;
    assert_eq!(
        (form["redirect_uri"].as_str(), form["state"].as_str()),
        (REQUEST.redirect_uri, departure.state.as_str())
    );
    for (status, error) in [(400, UpstreamError::Failed), (503, UpstreamError::Unavailable)] {
        elsewhere.answers("/par", status, json!({"error": "invalid_request"}));
        assert_eq!(hub.depart_upstream("hub", &REQUEST).await.unwrap_err(), error);
    }
}

fn hub(scene: &Scene, elsewhere: &Elsewhere) -> Login {
    hub_pushed_to(scene, elsewhere, PushedRequests::OnDemand)
}

fn hub_pushed_to(scene: &Scene, elsewhere: &Elsewhere, pushed_requests: PushedRequests) -> Login {
    let at = |path: &str| format!("https://hub.example{path}").parse().unwrap();
    let endpoints = OAuth2Endpoints {
        pushed_authorization_request_endpoint: Some(at("/par")),
        ..OAuth2Endpoints::new(at("/authorize"), at("/token"), at("/user"))
    };
    let hub = IdentityProvider {
        id: "hub".into(),
        label: "Hub".to_owned(),
        protocol: Protocol::OAuth2(endpoints),
        issuer: "https://hub.example".to_owned(),
        client_id: "portal-at-the-hub".to_owned(),
        client_secret: None,
        scopes: Vec::new(),
        claims: ClaimPaths::default(),
        just_in_time: None,
        back_channel: elsewhere.channel(),
        end_sign_on: None,
        max_age: None,
        pushed_requests,
        proof_key: None,
        keys: None,
        domains: Vec::new(),
    };
    crate::browser::login(&scene.house, vec![hub]).with_enterprise(scene.register.clone() as _)
}
