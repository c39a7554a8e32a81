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
use portcullis_middleware::oauth_client::{AccessToken, ClientAuthentication, ClientKey};
use portcullis_middleware::token_source::{TokenRequest, TokenSource, TokenSourceConfig, TokenSourceError};
use portcullis_tests::OidcProvider;
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
        let mut client = json!({"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": []});
        client.as_object_mut().unwrap().extend(metadata.as_object().unwrap().clone());
        let peer = OidcProvider::start_for(&client, &json!({}));
        let ahead = Arc::new(AtomicI64::new(0));
        let (system, by) = (Clock::system(), Arc::clone(&ahead));
        let source = TokenSource::new(TokenSourceConfig {
            token_endpoint: format!("{}/token", peer.issuer()).parse().unwrap(),
            client_id: OidcProvider::CLIENT_ID.to_owned(),
            authentication: authentication(&peer),
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
