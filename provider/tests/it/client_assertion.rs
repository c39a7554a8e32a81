//! Clients that authenticate by assertions.

use http::StatusCode;
use portcullis_provider::port::{Client, ClientAuthentication};
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, ISSUER, SECRET, basic},
    signer::Signer,
};

pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const CREDENTIALS: (&str, &str) = ("grant_type", "client_credentials");

/// A client that acts for itself, with these keys.
async fn put(house: &House, jwks: Value) {
    let service = house.client("service").await;
    let authentication = ClientAuthentication::PrivateKeyJwt { jwks };
    house.store.put_client(Client { client_id: "robot".to_owned(), authentication, ..service });
}

/// A house in which the client's key is known.
async fn house() -> (House, Signer) {
    let (house, signer) = (House::new().await, Signer::new("ES256", "k1"));
    put(&house, signer.jwks()).await;
    (house, signer)
}

/// Good claims, with some replaced; `null` leaves one out.
pub(crate) fn assertion_claims(house: &House, client_id: &str, changes: &Value) -> Value {
    let now = house.time();
    let mut claims = json!({
        "iss": client_id, "sub": client_id, "aud": ISSUER, "iat": now, "exp": now + 60,
        "jti": random(),
    });
    let members = claims.as_object_mut().unwrap();
    members.extend(changes.as_object().cloned().unwrap_or_default());
    members.retain(|_, value| !value.is_null());
    claims
}

fn random() -> String {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    format!("{:x}", u128::from_be_bytes(bytes))
}

async fn present(house: &House, assertion: &str, fields: &[(&str, &str)]) -> Answer {
    let method = [CREDENTIALS, ("client_assertion_type", JWT_BEARER), ("client_assertion", assertion)];
    let fields: Vec<_> = method.into_iter().chain(fields.iter().copied()).collect();
    house.post("/oauth/token", None, &fields).await
}

async fn present_claims(house: &House, signer: &Signer, changes: Value) -> Answer {
    present(house, &signer.sign(&assertion_claims(house, "robot", &changes)), &[]).await
}

fn assert_refused(answer: &Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}: {}", answer.body);
    assert_eq!(answer.error(), "invalid_client", "{what}");
}

#[tokio::test]
async fn an_assertion_of_each_algorithm_authenticates() {
    let house = House::new().await;
    for algorithm in ["ES256", "ES384", "EdDSA", "RS256", "PS256"] {
        let signer = Signer::new(algorithm, "k1");
        put(&house, signer.jwks()).await;
        let answer = present_claims(&house, &signer, json!({})).await;
        assert_eq!(answer.status, StatusCode::OK, "{algorithm}: {}", answer.body);
        let stranger = Signer::new(algorithm, "k1");
        assert_refused(&present_claims(&house, &stranger, json!({})).await, algorithm);
    }
}

#[tokio::test]
async fn an_assertion_of_or_about_another_is_refused() {
    let (house, signer) = house().await;
    for changes in [
        json!({ "iss": "service" }),
        json!({ "sub": "service" }),
        json!({ "iss": "nobody", "sub": "nobody" }),
        json!({ "iss": null }),
        json!({ "sub": null }),
    ] {
        assert_refused(&present_claims(&house, &signer, changes.clone()).await, &changes.to_string());
    }
    // A client that has no keys cannot be proven by an assertion.
    let answer = present(&house, &signer.sign(&assertion_claims(&house, "native", &json!({}))), &[]).await;
    assert_refused(&answer, "a public client");
}

#[tokio::test]
async fn the_audience_is_this_server() {
    let (house, signer) = house().await;
    let token = format!("{ISSUER}/oauth/token");
    for good in [json!(ISSUER), json!(token), json!(["https://other.example", token])] {
        let answer = present_claims(&house, &signer, json!({ "aud": good.clone() })).await;
        assert_eq!(answer.status, StatusCode::OK, "{good}: {}", answer.body);
    }
    let revoke = format!("{ISSUER}/oauth/revoke");
    for bad in [json!("https://other.example"), json!(format!("{ISSUER}/")), json!(revoke), json!([]), json!(null)] {
        assert_refused(&present_claims(&house, &signer, json!({ "aud": bad.clone() })).await, &bad.to_string());
    }
    // The endpoint asked may be named too.
    let assertion = signer.sign(&assertion_claims(&house, "robot", &json!({ "aud": revoke })));
    let fields = [("client_assertion_type", JWT_BEARER), ("client_assertion", &assertion), ("token", "unknown")];
    assert_eq!(house.post("/oauth/revoke", None, &fields).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_assertion_is_short_lived() {
    let (house, signer) = house().await;
    let now = house.time();
    for good in [now + 300, now + 330, now - 29] {
        let answer = present_claims(&house, &signer, json!({ "exp": good })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}: {}", good - now, answer.body);
    }
    for changes in [
        json!({ "exp": now + 331 }),
        json!({ "exp": i64::MAX }),
        json!({ "exp": now - 30 }),
        json!({ "exp": null }),
        json!({ "exp": "soon" }),
        json!({ "nbf": now + 31 }),
        json!({ "iat": now + 31 }),
    ] {
        assert_refused(&present_claims(&house, &signer, changes.clone()).await, &changes.to_string());
    }
}

#[tokio::test]
async fn an_assertion_counts_once() {
    let (house, signer) = house().await;
    let assertion = signer.sign(&assertion_claims(&house, "robot", &json!({})));
    assert_eq!(present(&house, &assertion, &[]).await.status, StatusCode::OK);
    assert_refused(&present(&house, &assertion, &[]).await, "again");
    house.wait(89);
    assert_refused(&present(&house, &assertion, &[]).await, "as long as it would be accepted");
    // Another text with the same name is the same assertion.
    let now = house.time();
    for (exp, good) in [(now + 60, true), (now + 61, false)] {
        let answer = present_claims(&house, &signer, json!({ "jti": "one", "exp": exp })).await;
        assert_eq!(answer.status == StatusCode::OK, good, "{}", answer.body);
    }
    for jti in [json!(null), json!(""), json!(7)] {
        assert_refused(&present_claims(&house, &signer, json!({ "jti": jti.clone() })).await, &jti.to_string());
    }
}

#[tokio::test]
async fn the_same_name_of_two_clients_is_two_names() {
    let (house, signer) = house().await;
    let robot = house.client("robot").await;
    house.store.put_client(Client { client_id: "other".to_owned(), ..robot });
    for client_id in ["robot", "other"] {
        let claims = assertion_claims(&house, client_id, &json!({ "jti": "one" }));
        assert_eq!(present(&house, &signer.sign(&claims), &[]).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn of_two_uses_at_once_one_counts() {
    let (house, signer) = house().await;
    let assertion = signer.sign(&assertion_claims(&house, "robot", &json!({})));
    let (one, two) = tokio::join!(present(&house, &assertion, &[]), present(&house, &assertion, &[]));
    assert_eq!([one, two].iter().filter(|answer| answer.status == StatusCode::OK).count(), 1);
}

#[tokio::test]
async fn the_key_decides_the_algorithm_and_kid_the_key() {
    let house = House::new().await;
    let (first, second) = (Signer::new("ES256", "k1"), Signer::new("ES256", "k2"));
    put(&house, json!({ "keys": [first.jwk(), second.jwk()] })).await;
    let claims = || assertion_claims(&house, "robot", &json!({}));
    assert_eq!(present(&house, &first.sign(&claims()), &[]).await.status, StatusCode::OK);
    assert_eq!(present(&house, &second.sign(&claims()), &[]).await.status, StatusCode::OK);
    for header in [
        json!({ "alg": "ES256", "kid": "k2" }),
        json!({ "alg": "ES256", "kid": "k3" }),
        json!({ "alg": "ES256" }),
        json!({ "alg": "none", "kid": "k1" }),
        json!({ "alg": "HS256", "kid": "k1" }),
        json!({ "alg": "ES384", "kid": "k1" }),
        json!({ "alg": "ES256", "kid": "k1", "crit": ["exp"] }),
        json!({ "alg": "ES256", "kid": "k1", "typ": "dpop+jwt" }),
        json!({ "alg": "ES256", "jwk": first.jwk() }),
    ] {
        assert_refused(&present(&house, &first.sign_under(&header, &claims()), &[]).await, &header.to_string());
    }
    for typed in ["JWT", "client-authentication+jwt"] {
        let header = json!({ "alg": "ES256", "kid": "k1", "typ": typed });
        assert_eq!(present(&house, &first.sign_under(&header, &claims()), &[]).await.status, StatusCode::OK);
    }
    // A key set that shows a private part authenticates nobody.
    let mut leaked = first.jwk();
    leaked["d"] = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE".into();
    assert!(ClientAuthentication::of_jwks(json!({ "keys": [leaked.clone()] })).is_err());
    put(&house, json!({ "keys": [leaked] })).await;
    assert_refused(&present(&house, &first.sign(&claims()), &[]).await, "a leaked key");
}

#[tokio::test]
async fn client_id_beside_an_assertion_has_to_agree() {
    let (house, signer) = house().await;
    let sign = || signer.sign(&assertion_claims(&house, "robot", &json!({})));
    assert_eq!(present(&house, &sign(), &[("client_id", "robot")]).await.status, StatusCode::OK);
    let answer = present(&house, &sign(), &[("client_id", "service")]).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
}

#[tokio::test]
async fn an_assertion_and_a_secret_are_two_methods() {
    let (house, signer) = house().await;
    let assertion = signer.sign(&assertion_claims(&house, "robot", &json!({})));
    let answer = present(&house, &assertion, &[("client_secret", SECRET)]).await;
    assert_eq!(answer.error(), "invalid_request");
    let fields = [CREDENTIALS, ("client_assertion_type", JWT_BEARER), ("client_assertion", &assertion)];
    let answer = house.post("/oauth/token", Some(&basic("robot", SECRET)), &fields).await;
    assert_eq!(answer.error(), "invalid_request");
    // Neither half stands alone, and no other type is understood.
    for half in [("client_assertion", assertion.as_str()), ("client_assertion_type", JWT_BEARER)] {
        assert_eq!(house.post("/oauth/token", None, &[CREDENTIALS, half]).await.error(), "invalid_request");
    }
    let saml = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer");
    let answer = house.post("/oauth/token", None, &[CREDENTIALS, saml, ("client_assertion", &assertion)]).await;
    assert_refused(&answer, "saml");
    // None of that used it up.
    assert_eq!(present(&house, &assertion, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_with_keys_has_no_other_way_in() {
    let (house, _) = house().await;
    assert_refused(&house.post("/oauth/token", Some(&basic("robot", SECRET)), &[CREDENTIALS]).await, "basic");
    for fields in [vec![CREDENTIALS, ("client_id", "robot")], vec![("client_id", "robot"), ("client_secret", "x")]] {
        assert_refused(&house.post("/oauth/token", None, &fields).await, "none or post");
    }
    for garbage in ["x", "e30.e30.QQ", "a.b.c", "..", ""] {
        let answer = present(&house, garbage, &[]).await;
        assert!([400, 401].contains(&answer.status.as_u16()), "{garbage}");
    }
}

#[tokio::test]
async fn trying_assertions_is_throttled() {
    let (house, signer) = house().await;
    let stranger = Signer::new("ES256", "k1");
    for _ in 0..20 {
        assert_refused(&present_claims(&house, &stranger, json!({})).await, "a guess");
    }
    let answer = present_claims(&house, &signer, json!({})).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    house.wait(answer.header("retry-after").parse().unwrap());
    assert_eq!(present_claims(&house, &signer, json!({})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_assertion_is_not_refused_while_the_store_is_down() {
    let (house, signer) = house().await;
    let assertion = signer.sign(&assertion_claims(&house, "robot", &json!({})));
    house.store.set_down(true);
    assert_eq!(present(&house, &assertion, &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    assert_eq!(present(&house, &assertion, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn metadata_names_the_method_and_its_algorithms() {
    let house = House::new().await;
    let metadata = house.get("/.well-known/oauth-authorization-server").await.json();
    for endpoint in ["token", "revocation"] {
        let listed = |what: &str| metadata[format!("{endpoint}_endpoint_auth_{what}_supported")].as_array().cloned();
        assert!(listed("methods").unwrap().contains(&json!("private_key_jwt")));
        let algorithms = listed("signing_alg_values").unwrap();
        assert!(algorithms.contains(&json!("ES256")) && !algorithms.contains(&json!("none")));
        assert!(!algorithms.iter().any(|algorithm| algorithm.as_str().unwrap().starts_with("HS")));
    }
}
