//! An identity provider of the test's own: it vouches for whomever the test names.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::routing::{get, post};
use axum::{Json, Router, extract::State};
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::key::{Key, now};

const CLIENT: &str = "portal-upstream";

/// A running provider.
pub(crate) struct Upstream {
    pub(crate) issuer: String,
    desk: Arc<Desk>,
    server: JoinHandle<()>,
}

struct Desk {
    key: Key,
    metadata: Value,
    /// The ID token for the next code.
    id_token: Mutex<String>,
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
        });
        let desk = Arc::new(Desk { key: Key::new(), metadata, id_token: Mutex::default() });
        let metadata = async |desk: State<Arc<Desk>>| Json(desk.metadata.clone());
        let keys = async |desk: State<Arc<Desk>>| {
            let mut jwk = desk.key.jwk();
            jwk.as_object_mut().unwrap().extend([("kid".to_owned(), json!("up")), ("alg".to_owned(), json!("ES256"))]);
            Json(json!({ "keys": [jwk] }))
        };
        let token = async |desk: State<Arc<Desk>>| {
            let id_token = desk.id_token.lock().unwrap().clone();
            Json(json!({"access_token": "at", "token_type": "Bearer", "id_token": id_token}))
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&desk));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, desk, server }
    }

    /// A portal where people may sign in here.
    pub(crate) fn portal(&self) -> Portal {
        let config = format!(
            "[[identity_providers]]\nid = \"up\"\nissuer = \"{}\"\nclient_id = \"{CLIENT}\"\nscopes = [\"email\"]\n",
            self.issuer
        );
        Portal::start(PortalOptions::default().with_config(&config))
    }

    /// Signs somebody in by these claims, in a browser of their own.
    pub(crate) async fn sign_in(&self, portal: &Portal, claims: Value) -> Visitor {
        let (visitor, answer) = self.try_sign_in(portal, claims).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        visitor
    }

    async fn try_sign_in(&self, portal: &Portal, claims: Value) -> (Visitor, Answer) {
        let visitor = Visitor::anonymous(portal);
        let to: Url = visitor.get("/auth/login?provider=up").await.location().unwrap();
        let sent: HashMap<String, String> = to.query_pairs().into_owned().collect();
        let mut stated = self.claims(claims);
        stated.insert("nonce".to_owned(), json!(sent["nonce"]));
        *self.desk.id_token.lock().unwrap() = self.sign("JWT", &stated);
        let answer = visitor.get(&format!("/auth/callback/up?code=c&state={}", sent["state"])).await;
        (visitor, answer)
    }

    /// Tells the portal of a sign-out; with which status it answers.
    pub(crate) async fn tell(&self, portal: &Portal, logout_token: &str) -> u16 {
        let fields = [("logout_token", logout_token)];
        Visitor::anonymous(portal).post_form("/auth/backchannel-logout/up", &fields).await.status.as_u16()
    }

    /// A logout token in order, with some claims changed; `null` takes one away.
    pub(crate) fn logout_token(&self, jti: &str, changes: Value) -> String {
        let mut claims = self.claims(json!({
            "jti": jti, "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }));
        claims.extend(changes.as_object().unwrap().clone());
        claims.retain(|_, value| !value.is_null());
        self.sign("logout+jwt", &claims)
    }

    /// An ID token in order, as a login gets one.
    pub(crate) fn id_token(&self, claims: Value) -> String {
        self.sign("JWT", &self.claims(claims))
    }

    fn claims(&self, claims: Value) -> Map<String, Value> {
        let mut stated = json!({"iss": self.issuer, "aud": CLIENT, "iat": now(), "exp": now() + 120});
        let stated = stated.as_object_mut().unwrap();
        stated.extend(claims.as_object().unwrap().clone());
        stated.clone()
    }

    fn sign(&self, typ: &str, claims: &Map<String, Value>) -> String {
        self.desk.key.sign(&json!({"typ": typ, "alg": "ES256", "kid": "up"}), &json!(claims))
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}
