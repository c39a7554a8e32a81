//! Pushed authorization requests (RFC 9126), as a relying party and for services that people connect.

use std::sync::Arc;

use axum::Router;
use http::StatusCode;
use portcullis_core::Secret;
use portcullis_middleware::{
    connections::{Connections, ConnectionsParts},
    gate::Gated,
    login::{IdentityProvider, OAuth2Endpoints, Protocol},
    oauth_client::PushedRequests,
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, portal},
    connection_store::Kept,
    connections::hub as service,
    elsewhere::Elsewhere,
    house::{ANN, Answer, House},
    issuer::{AUDIENCE, ISSUER},
    oauth2_login::{HUB, endpoint, honest, hub},
};

const REFERENCE: &str = "urn:ietf:params:oauth:request_uri:r-1";

/// A hub at which everything is in order, and requests are taken.
fn taking_requests() -> Elsewhere {
    let elsewhere = honest();
    elsewhere.answers("/par", 201, json!({"request_uri": REFERENCE, "expires_in": 60}));
    elsewhere
}

fn pushing(elsewhere: &Elsewhere, pushed_requests: PushedRequests) -> IdentityProvider {
    let Protocol::OAuth2(endpoints) = hub(elsewhere).protocol else { panic!("no OAuth 2.0") };
    let pushed_authorization_request_endpoint = Some(endpoint("/par"));
    let protocol = Protocol::OAuth2(OAuth2Endpoints { pushed_authorization_request_endpoint, ..endpoints });
    IdentityProvider { protocol, pushed_requests, ..hub(elsewhere) }
}

async fn leave(portal: &Gated<Router>) -> Answer {
    Browser::new(portal).get("/auth/login?provider=hub&return_to=/o/acme").await
}

#[tokio::test]
async fn only_a_reference_goes_through_the_browser() {
    for choice in [PushedRequests::IfOffered, PushedRequests::Always] {
        let (house, elsewhere) = (House::open(), taking_requests());
        let portal = portal(&house, vec![pushing(&elsewhere, choice)]);
        let mut browser = Browser::new(&portal);
        let left = browser.get("/auth/login?provider=hub&return_to=/o/acme").await;
        let reference = "urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ar-1";
        let address = format!("{HUB}/authorize?client_id=portal-at-the-hub&request_uri={reference}");
        assert_eq!((left.status, left.location()), (StatusCode::SEE_OTHER, address.as_str()), "{choice:?}");

        let pushed = elsewhere.asked("/par").remove(0);
        assert!(pushed.authorization.starts_with("Basic ") && pushed.proof.is_empty(), "{pushed:?}");
        let form = &pushed.form;
        let said = ["client_id", "response_type", "scope", "redirect_uri", "code_challenge_method"];
        assert_eq!(
            said.map(|name| form[name].as_str()),
            ["portal-at-the-hub", "code", "read:user user:email", "https://portal.example/auth/callback/hub", "S256"]
        );
        assert!(form["code_challenge"].len() == 43 && !form.contains_key("dpop_jkt"), "{form:?}");
        let back = browser.get(&format!("/auth/callback/hub?code=c-1&state={}", form["state"])).await;
        assert_eq!(back.location(), "/o/acme", "{}", back.body);
        assert!(browser.is_signed_in().await);
    }
}

#[tokio::test]
async fn without_a_choice_or_an_endpoint_the_browser_takes_it() {
    let (house, elsewhere) = (House::open(), taking_requests());
    let offered = pushing(&elsewhere, PushedRequests::OnDemand);
    let not_offered = IdentityProvider { pushed_requests: PushedRequests::IfOffered, ..hub(&elsewhere) };
    for provider in [offered, not_offered] {
        let left = leave(&portal(&house, vec![provider])).await;
        assert!(left.location().contains("state=") && left.location().contains("code_challenge="), "{left:?}");
    }
    assert!(elsewhere.asked("/par").is_empty());
    let nowhere = IdentityProvider { pushed_requests: PushedRequests::Always, ..hub(&elsewhere) };
    let refused = leave(&portal(&house, vec![nowhere])).await;
    assert_eq!(refused.refusal(), (503, "unavailable".to_owned()), "a request that has to be pushed is not shown");
}

/// An OpenID provider with more in its metadata.
fn openid(elsewhere: &Elsewhere, more: Value) -> IdentityProvider {
    let mut metadata = json!({
        "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
    });
    metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    elsewhere.answers("/.well-known/openid-configuration", 200, metadata);
    IdentityProvider { protocol: Protocol::OpenIdConnect, issuer: ISSUER.to_owned(), ..hub(elsewhere) }
}

#[tokio::test]
async fn where_the_metadata_demand_it_requests_are_pushed() {
    let endpoint = format!("{ISSUER}/par");
    for (more, status, pushed) in [
        (json!({"pushed_authorization_request_endpoint": endpoint}), StatusCode::SEE_OTHER, 0),
        (
            json!({"pushed_authorization_request_endpoint": endpoint, "require_pushed_authorization_requests": true}),
            StatusCode::SEE_OTHER,
            1,
        ),
        (json!({"require_pushed_authorization_requests": true}), StatusCode::SERVICE_UNAVAILABLE, 0),
    ] {
        let (house, elsewhere) = (House::open(), taking_requests());
        let left = leave(&portal(&house, vec![openid(&elsewhere, more.clone())])).await;
        assert_eq!((left.status, elsewhere.asked("/par").len()), (status, pushed), "{more}");
        assert_eq!(left.location().contains("request_uri="), pushed == 1, "{more}");
    }
}

#[tokio::test]
async fn a_refused_request_and_an_outage_are_told_apart() {
    let (house, elsewhere) = (House::open(), taking_requests());
    let portal = portal(&house, vec![pushing(&elsewhere, PushedRequests::IfOffered)]);
    for (status, error) in [(400, "invalid_request"), (401, "invalid_client"), (400, "invalid_scope")] {
        elsewhere.answers("/par", status, json!({"error": error}));
        let refused = leave(&portal).await;
        let page = "/sign-in?error=server_error&return_to=%2Fo%2Facme";
        assert_eq!((refused.status, refused.location()), (StatusCode::SEE_OTHER, page), "{error}");
    }
    for (status, body) in [
        (503, json!({})),
        (500, json!({"error": "server_error"})),
        (429, json!({"error": "slow_down"})),
        (404, Value::Null),
        (201, json!({})),
        (201, json!({"request_uri": ""})),
        (201, json!({"request_uri": 7})),
        (200, json!("odd")),
    ] {
        elsewhere.answers("/par", status, body.clone());
        assert_eq!(leave(&portal).await.refusal(), (503, "unavailable".to_owned()), "{status} {body}");
    }
}

#[tokio::test]
async fn services_are_asked_for_consent_by_a_reference_too() {
    let (house, elsewhere) = (House::open(), taking_requests());
    let mut provider = service(&elsewhere, "hub");
    provider.pushed_requests = PushedRequests::IfOffered;
    provider.authentication =
        portcullis_middleware::oauth_client::ClientAuthentication::SecretPost(Secret::new("hush".to_owned()));
    let parts = ConnectionsParts {
        origin: AUDIENCE.parse().unwrap(),
        sessions: house.sessions.clone(),
        store: Arc::new(Kept::default()),
        clock: house.clock(),
    };
    let (routes, _) = Connections::new(vec![provider], parts).routes().into_parts();
    let portal = house.gate.wrap(routes);
    let ann = house.sign_in(ANN).await;
    let begin = "/auth/connections/hub/connect?scopes=repo&return_to=/o/acme";

    let sent = Browser::with(&portal, &ann).leaves(begin).await;
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!((sent["client_id"].as_str(), sent["request_uri"].as_str()), ("portal", REFERENCE));
    let form = elsewhere.asked("/par").remove(0).form;
    assert_eq!((form["scope"].as_str(), form["access_type"].as_str()), ("user repo", "offline"));
    assert_eq!((form["client_id"].as_str(), form["client_secret"].as_str()), ("portal", "hush"));
    let path = format!("/auth/connections/hub/callback?code=c-1&state={}", form["state"]);
    assert_eq!(Browser::with(&portal, &ann).get(&path).await.location(), "/o/acme?connection=connected");

    elsewhere.answers("/par", 400, json!({"error": "invalid_scope"}));
    let refused = Browser::with(&portal, &ann).get(begin).await;
    assert_eq!(refused.location(), "/o/acme?connection=failed");
    elsewhere.answers("/par", 502, json!({}));
    let outage = Browser::with(&portal, &ann).get(begin).await;
    assert_eq!(outage.refusal(), (503, "unavailable".to_owned()));
}
