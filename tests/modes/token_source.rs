//! Mode 7, the other side: our own services get their tokens from a server written by others.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use portcullis_core::Secret;
use portcullis_middleware::Clock;
use portcullis_middleware::login::BackChannel;
use portcullis_middleware::oauth_client::{AccessToken, ClientAuthentication, ClientKey, ProofKey};
use portcullis_middleware::token_source::{TokenRequest, TokenSource, TokenSourceConfig, TokenSourceError};
use portcullis_tests::{OidcProvider, Portal, PortalOptions, Visitor};
use serde_json::{Value, json};

const GRANTED: &str = "granted client_credentials";

/// A source at the peer, with a clock that the test moves.
struct Service {
    peer: OidcProvider,
    source: TokenSource,
    ahead: Arc<AtomicI64>,
}

impl Service {
    fn start(metadata: &Value, authentication: impl FnOnce(&OidcProvider) -> ClientAuthentication) -> Self {
        Self::start_with(None, metadata, authentication)
    }

    /// The same with a key that tokens are bound to, at a peer that wants nonces in proofs.
    fn start_with(
        proof_key: Option<ProofKey>,
        metadata: &Value,
        authentication: impl FnOnce(&OidcProvider) -> ClientAuthentication,
    ) -> Self {
        let mut client = json!({"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": []});
        client.as_object_mut().unwrap().extend(metadata.as_object().unwrap().clone());
        let peer = OidcProvider::start_demanding(&["dpop-nonce"], &client, &json!({}));
        let ahead = Arc::new(AtomicI64::new(0));
        let (system, by) = (Clock::system(), Arc::clone(&ahead));
        let source = TokenSource::new(TokenSourceConfig {
            token_endpoint: format!("{}/token", peer.issuer()).parse().unwrap(),
            client_id: OidcProvider::CLIENT_ID.to_owned(),
            authentication: authentication(&peer),
            proof_key,
            back_channel: BackChannel::Http(reqwest::Client::builder().no_proxy().build().unwrap()),
            clock: Clock::from_fn(move || system.now() + by.load(Ordering::SeqCst)),
        });
        Self { peer, source, ahead }
    }

    async fn token(&self, request: &TokenRequest) -> Result<AccessToken, TokenSourceError> {
        self.source.token(request).await
    }
}

fn by_secret(secret: &str) -> ClientAuthentication {
    ClientAuthentication::SecretBasic(Secret::new(secret.to_owned()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_asked_for_once_and_kept_until_shortly_before_it_ends() {
    let service = Service::start(&json!({}), |_| by_secret(OidcProvider::CLIENT_SECRET));
    let (stock, orders) = (request("stock:view"), request("orders:view"));
    let tokens = join_all((0..16).map(|_| service.token(&stock))).await;
    let first = tokens[0].as_ref().unwrap().secret().expose().clone();
    assert!(tokens.iter().all(|token| *token.as_ref().unwrap().secret().expose() == first));
    assert_eq!(service.peer.count(GRANTED).await, 1, "one question for all who wait");
    assert_eq!(tokens[0].as_ref().unwrap().scopes(), ["stock:view"]);

    service.token(&stock).await.unwrap();
    assert_eq!(service.peer.count(GRANTED).await, 1, "and none while it is good");
    let other = service.token(&orders).await.unwrap();
    assert_ne!(*other.secret().expose(), first, "other scopes are another token");
    service.ahead.store(590, Ordering::SeqCst);
    let next = service.token(&stock).await.unwrap();
    assert_ne!(*next.secret().expose(), first);
    assert_eq!(service.peer.count(GRANTED).await, 3);
    service.source.forget(&stock);
    assert_ne!(service.token(&stock).await.unwrap().secret().expose(), next.secret().expose());
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_no_refusal_is_kept() {
    let service = Service::start(&json!({}), |_| by_secret("secret-of-somebody-else-altogether"));
    for _ in 0..2 {
        let refused = service.token(&request("stock:view")).await.unwrap_err();
        assert!(matches!(&refused, TokenSourceError::Refused(code) if code == "invalid_client"), "{refused:?}");
    }
    assert_eq!(service.peer.count("refused client_credentials").await, 2);
}

#[tokio::test]
async fn a_service_proves_itself_by_a_key() {
    let (registered, another) = (key(), key());
    let metadata = json!({
        "client_secret": null,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [jwk(&registered)]},
    });
    let with = |pair: &EcdsaKeyPair, peer: &OidcProvider| {
        let pkcs8 = pair.to_pkcs8v1().unwrap();
        let key = ClientKey::es256(pkcs8.as_ref(), Some("one".to_owned()), peer.issuer()).unwrap();
        ClientAuthentication::PrivateKeyJwt(key)
    };
    let service = Service::start(&metadata, |peer| with(&registered, peer));
    let one = service.token(&request("stock:view")).await.unwrap();
    // Each assertion is good once, and each request has one of its own.
    let two = service.token(&request("orders:view")).await.unwrap();
    assert_ne!(one.secret().expose(), two.secret().expose());
    assert_eq!(service.peer.count(GRANTED).await, 2);

    let thief = Service::start(&metadata, |peer| with(&another, peer));
    let refused = thief.token(&request("stock:view")).await.unwrap_err();
    assert!(matches!(&refused, TokenSourceError::Refused(code) if code == "invalid_client"), "{refused:?}");
}

/// The key of a client whose secret is a test's.
fn proof_key(server: &str) -> ProofKey {
    ProofKey::derive(&Secret::new([7; 32]), server, OidcProvider::CLIENT_ID).unwrap()
}

#[tokio::test]
async fn a_service_s_tokens_are_bound_to_its_key() {
    let metadata = json!({"dpop_bound_access_tokens": true});
    let service = Service::start_with(Some(proof_key("peer")), &metadata, |_| by_secret(OidcProvider::CLIENT_SECRET));
    for scope in ["stock:view", "orders:view"] {
        assert!(service.token(&request(scope)).await.unwrap().is_bound());
    }
    assert_eq!((service.peer.count("bound token").await, service.peer.count("bearer token").await), (2, 0));
    assert_eq!(service.peer.count("refused client_credentials").await, 1, "the nonce was asked for once");

    let without = Service::start(&metadata, |_| by_secret(OidcProvider::CLIENT_SECRET));
    let refused = without.token(&request("stock:view")).await.unwrap_err();
    assert!(matches!(refused, TokenSourceError::Refused(_)), "{refused:?}");
    assert_eq!(without.peer.count("bound token").await + without.peer.count("bearer token").await, 0);
}

/// Both sides are ours here: the server demands nonces, and its API takes the token with a proof alone.
#[tokio::test]
async fn our_own_server_and_api_take_what_our_client_proves() {
    let config = r#"
        [authorization_server]
        require_dpop_nonce = true

        [[clients]]
        client_id = "robot"
        client_secret = "secret-of-the-robot-which-is-long"
        grant_types = ["client_credentials"]
        dpop_bound_access_tokens = true
        permissions = { acme = ["invoices:view"] }
    "#;
    let portal = Portal::start(PortalOptions::default().with_config(config));
    let network = BackChannel::Http(reqwest::Client::builder().no_proxy().build().unwrap());
    let source = |proof_key| {
        TokenSource::new(TokenSourceConfig {
            token_endpoint: portal.url("/oauth/token").parse().unwrap(),
            client_id: "robot".to_owned(),
            authentication: by_secret("secret-of-the-robot-which-is-long"),
            proof_key,
            back_channel: network.clone(),
            clock: Clock::system(),
        })
    };
    let wanted = TokenRequest::default().with_organization("acme");
    let token = source(Some(proof_key(portal.base()))).token(&wanted).await.unwrap();
    for _ in 0..2 {
        let invoices = http::Request::get(portal.url("/api/o/acme/invoices?state=open")).body(Vec::new()).unwrap();
        let answer = token.call(&network, invoices).await.unwrap();
        assert_eq!(answer.status(), 200, "{}", String::from_utf8_lossy(answer.body()));
    }
    let stolen = Visitor::bearer(&portal, token.secret().expose()).get("/api/o/acme/invoices").await;
    assert_eq!((stolen.status.as_u16(), stolen.code().as_deref()), (401, Some("token-invalid")));
    let unbound = source(None).token(&wanted).await.unwrap_err();
    assert!(matches!(unbound, TokenSourceError::Refused(_)), "{unbound:?}");
}

fn request(scope: &str) -> TokenRequest {
    TokenRequest::default().with_scopes([scope])
}

fn key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

/// The public half, as a client registers it.
fn jwk(pair: &EcdsaKeyPair) -> Value {
    let point = pair.public_key().as_ref();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256",
        "x": text(&point[1..33]), "y": text(&point[33..]),
    })
}
