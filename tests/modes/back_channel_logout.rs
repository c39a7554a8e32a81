//! Sign-out from server to server (OpenID Connect Back-Channel Logout 1.0), on both sides.

use axum::{Form, Router, extract::State, http::StatusCode, routing::post};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use portcullis_tests::form::Form as PageForm;
use portcullis_tests::{OidcProvider, OpenIdClient, Portal, PortalOptions, Visitor, free_port::free_port, sign_in};
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
struct Listener {
    uri: String,
    tokens: Receiver<String>,
}

#[derive(Deserialize)]
struct Told {
    logout_token: String,
}

impl Listener {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/logout", listener.local_addr().unwrap());
        let (sender, tokens) = mpsc::channel(8);
        let router = Router::new().route("/logout", post(take)).with_state(sender);
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { uri, tokens }
    }

    async fn token(&mut self) -> String {
        tokio::time::timeout(std::time::Duration::from_secs(10), self.tokens.recv()).await.unwrap().unwrap()
    }
}

async fn take(State(sender): State<Sender<String>>, Form(told): Form<Told>) -> StatusCode {
    sender.send(told.logout_token).await.unwrap();
    StatusCode::OK
}
