//! Sign-out from server to server (OpenID Connect Back-Channel Logout 1.0), on both sides.

use axum::{Form, Router, extract::State, http::StatusCode, routing::post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use portcullis_core::permission::{Catalogue, PermissionInfo};
use portcullis_middleware::port::ChangeBus;
use portcullis_storage::{Database, SealingKey};
use portcullis_tests::form::Form as PageForm;
use portcullis_tests::{
    OidcProvider, OpenIdClient, Portal, PortalOptions, Visitor, free_port::free_port, fresh_database, sign_in,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::browser::{BACK, walk};

const FINANCE: &str = "finance@acme.example";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

#[tokio::test]
async fn a_session_is_over_when_the_peer_ends_its_own() {
    let port = free_port();
    let home = format!("http://127.0.0.1:{port}");
    let client = json!({
        "redirect_uris": [format!("{home}/auth/callback/peer")],
        "backchannel_logout_uri": format!("{home}/auth/backchannel-logout/peer"),
        "backchannel_logout_session_required": true,
    });
    let peer = OidcProvider::start_for(&client, &json!({}));
    let config = format!(
        "[[identity_providers]]\nid = \"peer\"\nissuer = \"{}\"\nclient_id = \"{}\"\nclient_secret = \"{}\"\n\
         scopes = [\"email\", \"profile\"]\n",
        peer.issuer(),
        OidcProvider::CLIENT_ID,
        OidcProvider::CLIENT_SECRET,
    );
    let portal = Portal::start(PortalOptions::default().at_port(port).with_config(&config));
    let (one, other) = (Visitor::anonymous(&portal), Visitor::anonymous(&portal));
    for visitor in [&one, &other] {
        sign_in::by_password(visitor, "peer", "ada", "anything").await;
        assert_eq!(visitor.get("/auth/sessions").await.status, 200);
    }

    // The person signs out over there; nobody tells the portal but the peer.
    let page = one.wanting_pages().get(&format!("{}/session/end", peer.issuer())).await;
    let form = PageForm::all(&page.body).into_iter().find(|form| form.is_post).unwrap();
    let target = page.url.join(&form.action).unwrap();
    one.wanting_pages().post_form(target.as_str(), &form.filled(&[("logout", "yes")])).await;
    assert_eq!(peer.count(&format!("told {}", OidcProvider::CLIENT_ID)).await, 1, "{}", peer.log());

    let over = one.get("/auth/sessions").await;
    assert_eq!((over.status.as_u16(), over.code().as_deref()), (401, Some("session-expired")), "{}", over.body);
    assert_eq!(other.get("/auth/sessions").await.status, 200, "a sign-on in another browser goes on");
}

#[tokio::test]
async fn a_client_is_told_when_the_person_signs_out_of_the_portal() {
    let mut listener = Listener::start().await;
    let clients = format!(
        r#"
        [[clients]]
        client_id = "desk"
        redirect_uris = ["{BACK}"]
        first_party = true
        backchannel_logout_uri = "{}"
        backchannel_logout_session_required = true
        "#,
        listener.uri
    );
    let portal = Portal::start(PortalOptions::default().with_config(&clients));
    let client = OpenIdClient::start();
    let server = client.step("discover", &json!({"issuer": portal.base(), "client_id": "desk"})).await;
    assert_eq!(server["backchannel_logout_supported"], true);
    assert_eq!(server["backchannel_logout_session_supported"], true);

    let person = Visitor::signed_in(&portal, FINANCE).await;
    let url = client.step("authorize", &json!({"redirect_uri": BACK, "scope": "openid"})).await;
    let back = walk(&person, url["url"].as_str().unwrap(), FINANCE).await;
    let tokens = client.step("callback", &json!({"url": back})).await;
    assert_eq!(person.post_json("/auth/logout", &json!({})).await.status, 204);

    let logout_token = listener.token().await;
    let keys = Visitor::anonymous(&portal).get(server["jwks_uri"].as_str().unwrap()).await.json();
    let (header, claims) = verified(&logout_token, &serde_json::from_value(keys).unwrap(), portal.base());
    assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
    assert_eq!((&claims["sub"], &claims["sid"]), (&tokens["claims"]["sub"], &tokens["claims"]["sid"]));
    assert!(claims["sid"].is_string() && claims["jti"].is_string() && claims.get("nonce").is_none(), "{claims}");
    assert_eq!(claims["events"], json!({ EVENT: {} }));
    assert!(claims["exp"].as_i64() > claims["iat"].as_i64(), "{claims}");
    let dead = client.try_step("refresh", &json!({})).await.unwrap_err();
    assert_eq!(dead["oauth"]["error"], "invalid_grant", "{dead}");
}

/// The desk, a client that acts in organizations and is told where the listener is.
fn desk(listener: &Listener) -> String {
    format!(
        r#"
        [[clients]]
        client_id = "desk"
        redirect_uris = ["{BACK}"]
        first_party = true
        scopes = ["openid", "invoices:view"]
        backchannel_logout_uri = "{}"
        "#,
        listener.uri
    )
}

/// Somebody signs in at the desk, in an organization or in none; what it got.
async fn at_the_desk(portal: &Portal, client: &OpenIdClient, person: &Visitor, organization: Option<&str>) -> Value {
    client.step("discover", &json!({"issuer": portal.base(), "client_id": "desk"})).await;
    let mut request = json!({"redirect_uri": BACK, "scope": "openid invoices:view"});
    if let Some(organization) = organization {
        request["organization"] = json!(organization);
    }
    let url = client.step("authorize", &request).await;
    let back = walk(person, url["url"].as_str().unwrap(), FINANCE).await;
    client.step("callback", &json!({"url": back})).await
}

#[tokio::test]
async fn a_client_is_told_when_a_member_is_removed_and_only_of_what_ended() {
    let mut listener = Listener::start().await;
    let portal = Portal::start(PortalOptions::default().with_config(&desk(&listener)));
    let (in_acme, elsewhere) = (OpenIdClient::start(), OpenIdClient::start());
    let (one, other) = (Visitor::signed_in(&portal, FINANCE).await, Visitor::signed_in(&portal, FINANCE).await);
    let tokens = at_the_desk(&portal, &in_acme, &one, Some("acme")).await;
    at_the_desk(&portal, &elsewhere, &other, None).await;

    let owner = Visitor::signed_in(&portal, "owner@acme.example").await;
    let finance = one.get("/auth/session").await.json()["user"]["id"].as_str().unwrap().to_owned();
    let removed = owner.post_json(&format!("/api/o/acme/members/{finance}/remove"), &json!({})).await;
    assert_eq!(removed.status, 200, "{}", removed.body);
    let keys = owner.get("/oauth/jwks").await.json();
    let (_, claims) = verified(&listener.token().await, &serde_json::from_value(keys).unwrap(), portal.base());
    assert_eq!((&claims["sid"], &claims["sub"]), (&tokens["claims"]["sid"], &tokens["claims"]["sub"]));
    let dead = in_acme.try_step("refresh", &json!({})).await.unwrap_err();
    assert_eq!(dead["oauth"]["error"], "invalid_grant", "{dead}");
    elsewhere.step("refresh", &json!({})).await;
    assert!(listener.tokens.try_recv().is_err(), "of the other sign-on nothing ended");
}

#[tokio::test]
async fn a_client_is_told_when_somebody_is_shut_out_by_another_node() {
    let Some(url) = fresh_database().await else {
        return println!("skipped: PORTCULLIS_TEST_POSTGRES is not set");
    };
    let key = SealingKey::generate().unwrap();
    let mut listener = Listener::start().await;
    let sealing = URL_SAFE_NO_PAD.encode([7_u8; 32]);
    let options = PortalOptions::default().with_database(&url).with_config(&desk(&listener));
    let portal = Portal::start(options.with_variable("PORTCULLIS__SECRETS__KEY", &sealing));
    let (client, person) = (OpenIdClient::start(), Visitor::signed_in(&portal, FINANCE).await);
    let tokens = at_the_desk(&portal, &client, &person, None).await;

    // Shutting somebody out reads nothing that lies sealed.
    let node = Database::connect(&url, NoPermissions::VOCABULARY, ChangeBus::default(), key).await.unwrap();
    let finance = tokens["claims"]["sub"].as_str().unwrap().parse().unwrap();
    node.disable_user(None, finance, "left the company").await.unwrap();
    let keys = Visitor::anonymous(&portal).get("/oauth/jwks").await.json();
    let (_, claims) = verified(&listener.token().await, &serde_json::from_value(keys).unwrap(), portal.base());
    assert_eq!(claims["sid"], tokens["claims"]["sid"]);
    assert_eq!(person.get("/auth/sessions").await.status, 401);
    node.pool().close().await;
}

#[tokio::test]
async fn a_client_is_told_later_of_what_ended_while_nobody_listened() {
    let mut listener = Listener::start().await;
    let mut portal = Portal::start(PortalOptions::default().with_config(&desk(&listener)));
    let (client, person) = (OpenIdClient::start(), Visitor::signed_in(&portal, FINANCE).await);
    let tokens = at_the_desk(&portal, &client, &person, None).await;

    // On SQLite no process hears of another.
    let (key, url) = (SealingKey::generate().unwrap(), portal.database_url());
    let other = Database::connect(&url, NoPermissions::VOCABULARY, ChangeBus::default(), key).await.unwrap();
    let finance = tokens["claims"]["sub"].as_str().unwrap().parse().unwrap();
    other.disable_user(None, finance, "left the company").await.unwrap();
    other.pool().close().await;
    let dead = client.try_step("refresh", &json!({})).await.unwrap_err();
    assert_eq!(dead["oauth"]["error"], "invalid_grant", "{dead}");
    assert!(listener.tokens.try_recv().is_err(), "nobody was there to tell it");
    portal.restart();
    let keys = Visitor::anonymous(&portal).get("/oauth/jwks").await.json();
    let (_, claims) = verified(&listener.token().await, &serde_json::from_value(keys).unwrap(), portal.base());
    assert_eq!(claims["sid"], tokens["claims"]["sid"]);
}

/// Ending asks for no permission.
#[derive(Clone, Copy, Debug)]
struct NoPermissions;

impl Catalogue for NoPermissions {
    const ENTRIES: &'static [PermissionInfo] = &[];
}

/// The header and the claims of a token for the desk, by whichever of the server's keys it names.
fn verified(token: &str, keys: &JwkSet, issuer: &str) -> (jsonwebtoken::Header, Value) {
    portcullis_middleware::token::install_crypto();
    let header = jsonwebtoken::decode_header(token).unwrap();
    let key = keys.find(header.kid.as_deref().unwrap()).unwrap();
    assert!(matches!(header.alg, Algorithm::ES256 | Algorithm::EdDSA | Algorithm::RS256), "{header:?}");
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&["desk"]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let decoded = jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap();
    (header, decoded.claims)
}

/// A client's back-channel logout endpoint.
pub(crate) struct Listener {
    pub(crate) uri: String,
    tokens: Receiver<String>,
}

#[derive(Deserialize)]
struct Told {
    logout_token: String,
}

impl Listener {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/logout", listener.local_addr().unwrap());
        let (sender, tokens) = mpsc::channel(8);
        let router = Router::new().route("/logout", post(take)).with_state(sender);
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { uri, tokens }
    }

    pub(crate) async fn token(&mut self) -> String {
        tokio::time::timeout(std::time::Duration::from_secs(10), self.tokens.recv()).await.unwrap().unwrap()
    }
}

async fn take(State(sender): State<Sender<String>>, Form(told): Form<Told>) -> StatusCode {
    sender.send(told.logout_token).await.unwrap();
    StatusCode::OK
}
