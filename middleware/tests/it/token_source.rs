//! Tokens for calls of our own: kept, asked for once, and never mixed up.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_core::Secret;
use portcullis_middleware::{
    Rejection,
    oauth_client::{ClientAuthentication, ClientKey},
    token_source::{OnBehalfOf, TokenRequest, TokenSource, TokenSourceConfig, TokenSourceError},
};
use serde_json::{Value, json};

use crate::{elsewhere::Elsewhere, house::House};

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

fn secret() -> ClientAuthentication {
    ClientAuthentication::SecretBasic(Secret::new("s3cret/with:odd+chars %".to_owned()))
}

fn source(house: &House, elsewhere: &Elsewhere, authentication: ClientAuthentication) -> TokenSource {
    TokenSource::new(TokenSourceConfig {
        token_endpoint: "https://id.example/token".parse().unwrap(),
        client_id: "orders".to_owned(),
        authentication,
        proof_key: None,
        back_channel: elsewhere.channel(),
        clock: house.clock(),
    })
}

fn token(text: &str, expires_in: Option<i64>) -> Value {
    json!({"access_token": text, "token_type": "Bearer", "expires_in": expires_in})
}

async fn text(source: &TokenSource, request: &TokenRequest) -> Result<String, TokenSourceError> {
    source.token(request).await.map(|token| token.secret().expose().clone())
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_it_ends() {
    let (house, elsewhere) = (House::open(), Elsewhere::new());
    let (source, any) = (source(&house, &elsewhere, secret()), TokenRequest::default());
    elsewhere.answers("/token", 200, token("one", Some(600)));
    assert_eq!(text(&source, &any).await.unwrap(), "one");
    elsewhere.answers("/token", 200, token("two", Some(600)));
    house.wait(569);
    assert_eq!(text(&source, &any).await.unwrap(), "one");
    house.wait(1);
    assert_eq!(text(&source.clone(), &any).await.unwrap(), "two");
    let asked = elsewhere.asked("/token");
    assert_eq!((asked.len(), asked[0].form["grant_type"].as_str()), (2, "client_credentials"));
    source.forget(&any);
    text(&source, &any).await.unwrap();
    assert_eq!(elsewhere.asked("/token").len(), 3);
}

#[tokio::test]
async fn a_token_without_an_end_is_not_kept() {
    let (house, elsewhere) = (House::open(), Elsewhere::new());
    let source = source(&house, &elsewhere, secret());
    elsewhere.answers("/token", 200, token("one", None));
    for _ in 0..2 {
        text(&source, &TokenRequest::default()).await.unwrap();
    }
    assert_eq!(elsewhere.asked("/token").len(), 2);
}

#[tokio::test]
async fn many_who_ask_at_once_ask_once() {
    let (house, elsewhere) = (House::open(), Elsewhere::new());
    let source = source(&house, &elsewhere, secret());
    for (status, answer) in [(503, json!({})), (200, token("one", Some(600)))] {
        elsewhere.answers("/token", status, answer);
        let before = elsewhere.asked("/token").len();
        let callers: Vec<_> = (0..20)
            .map(|_| {
                let source = source.clone();
                tokio::spawn(async move { source.token(&TokenRequest::default()).await.is_ok() })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), status == 200);
        }
        assert_eq!(elsewhere.asked("/token").len(), before + 1, "{status}");
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_the_question_to_the_others() {
    let (house, elsewhere) = (House::open(), Elsewhere::new());
    let source = source(&house, &elsewhere, secret());
    elsewhere.answers("/token", 200, token("one", Some(600)));
    let leaving = tokio::spawn({
        let source = source.clone();
        async move { source.token(&TokenRequest::default()).await.is_ok() }
    });
    tokio::task::yield_now().await;
    leaving.abort();
    assert_eq!(text(&source, &TokenRequest::default()).await.unwrap(), "one");
}

#[tokio::test]
async fn an_error_is_not_kept() {
    let (house, elsewhere) = (House::open(), Elsewhere::new());
    let (source, any) = (source(&house, &elsewhere, secret()), TokenRequest::default());
    for (status, body) in [
        (503, json!({})),
        (429, json!({})),
        (200, json!({"token_type": "Bearer"})),
        (200, json!({"access_token": "one", "token_type": "DPoP"})),
        (200, json!("odd")),
        (201, token("one", Some(600))),
    ] {
        elsewhere.answers("/token", status, body.clone());
        let refused = text(&source, &any).await.unwrap_err();
        assert!(matches!(refused, TokenSourceError::Unavailable(_)), "{status} {body}: {refused}");
        assert_eq!(Rejection::from(refused).status(), 503);
    }
    elsewhere.answers("/token", 401, json!({"error": "invalid_client"}));
    let refused = text(&source, &any).await.unwrap_err();
    assert!(matches!(&refused, TokenSourceError::Refused(code) if code == "invalid_client"));
    elsewhere.answers("/token", 200, token("one", Some(600)));
    assert_eq!(text(&source, &any).await.unwrap(), "one");
}

#[tokio::test]
async fn each_request_has_its_own_token() {
    let (house, elsewhere) = (House::open(), Elsewhere::new());
    let source = source(&house, &elsewhere, secret());
    elsewhere.answers("/token", 200, token("one", Some(600)));
    let base = TokenRequest::default().with_scopes(["b", "a"]);
    let resource: url::Url = "https://api.example/v1#part".parse().unwrap();
    for request in [
        TokenRequest::default(),
        base.clone(),
        base.clone().with_organization("acme"),
        base.clone().with_organization("globex"),
        base.clone().with_resource(resource.clone()),
        base.clone().with_audience("https://api.example/v1"),
    ] {
        text(&source, &request).await.unwrap();
    }
    text(&source, &TokenRequest::default().with_scopes(["a"]).with_scopes(["b", "a"])).await.unwrap();
    let asked = elsewhere.asked("/token");
    assert_eq!(asked.len(), 6, "the order of scopes makes no other request");
    assert_eq!((asked[1].form["scope"].as_str(), asked[2].form["organization"].as_str()), ("a b", "acme"));
    assert_eq!(asked[4].form["resource"], "https://api.example/v1");
    assert_eq!(asked[5].form["audience"], "https://api.example/v1");
}

#[tokio::test]
async fn a_client_proves_itself_in_the_way_it_was_told() {
    let (house, elsewhere) = (House::open(), Elsewhere::new());
    elsewhere.answers("/token", 200, token("one", Some(600)));
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let pkcs8 = pair.to_pkcs8v1().unwrap();
    let key = ClientKey::es256(pkcs8.as_ref(), Some("k1".to_owned()), "https://id.example").unwrap();
    assert!(ClientKey::es256(b"no key", None, "https://id.example").is_err());
    let post = ClientAuthentication::SecretPost(Secret::new("hush".to_owned()));
    for authentication in
        [secret(), post, ClientAuthentication::PrivateKeyJwt(key.clone()), ClientAuthentication::PrivateKeyJwt(key)]
    {
        text(&source(&house, &elsewhere, authentication), &TokenRequest::default()).await.unwrap();
    }
    let asked = elsewhere.asked("/token");
    assert!(asked[0].authorization.starts_with("Basic ") && !asked[0].form.contains_key("client_id"));
    assert_eq!((asked[1].form["client_id"].as_str(), asked[1].form["client_secret"].as_str()), ("orders", "hush"));
    assert!(asked[1].authorization.is_empty() && asked[2].authorization.is_empty());
    assert_eq!(asked[2].form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let part = |assertion: &str, number: usize| -> Value {
        let part = assertion.split('.').nth(number).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let (first, second) = (&asked[2].form["client_assertion"], &asked[3].form["client_assertion"]);
    assert_eq!((&part(first, 0)["alg"], &part(first, 0)["kid"]), (&json!("ES256"), &json!("k1")));
    let claims = part(first, 1);
    assert_eq!(
        (&claims["iss"], &claims["sub"], &claims["aud"]),
        (&json!("orders"), &json!("orders"), &json!("https://id.example"))
    );
    assert_eq!(claims["exp"], house.now() + 60);
    assert_ne!(claims["jti"], part(second, 1)["jti"], "an assertion is for one request");
}

#[tokio::test]
async fn a_token_is_exchanged_for_one_on_behalf_of_somebody() {
    let (house, elsewhere) = (House::open(), Elsewhere::new());
    let source = source(&house, &elsewhere, secret());
    let of = OnBehalfOf::subject(Secret::new("anns".to_owned()));
    let request = TokenRequest::default().with_audience("warehouse").with_scopes(["stock:view"]);
    let mut answer = token("hers", Some(300));
    answer["issued_token_type"] = json!(ACCESS_TOKEN);
    elsewhere.answers("/token", 200, answer);
    let exchanged = source.exchange(&of, &request).await.unwrap();
    assert_eq!(
        (exchanged.secret().expose().as_str(), exchanged.scopes()),
        ("hers", ["stock:view".to_owned()].as_slice())
    );
    source.exchange(&of.clone().with_actor(Secret::new("ours".to_owned())), &request).await.unwrap();
    let asked = elsewhere.asked("/token");
    let form = &asked[0].form;
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:token-exchange");
    assert_eq!((form["subject_token"].as_str(), form["subject_token_type"].as_str()), ("anns", ACCESS_TOKEN));
    assert_eq!((form["audience"].as_str(), form["scope"].as_str()), ("warehouse", "stock:view"));
    assert!(!form.contains_key("actor_token"));
    assert_eq!((asked.len(), asked[1].form["actor_token"].as_str()), (2, "ours"), "and is not kept for another");
}

#[tokio::test]
async fn an_exchange_that_brings_something_else_brings_nothing() {
    let (house, elsewhere) = (House::open(), Elsewhere::new());
    let source = source(&house, &elsewhere, secret());
    let of = OnBehalfOf::subject(Secret::new("anns".to_owned()));
    for kind in [Value::Null, json!("urn:ietf:params:oauth:token-type:refresh_token")] {
        let mut answer = token("hers", Some(300));
        answer["issued_token_type"] = kind;
        elsewhere.answers("/token", 200, answer);
        let refused = source.exchange(&of, &TokenRequest::default()).await.unwrap_err();
        assert!(matches!(refused, TokenSourceError::Unavailable(_)));
    }
    elsewhere.answers("/token", 400, json!({"error": "invalid_request"}));
    let refused = source.exchange(&of, &TokenRequest::default()).await.unwrap_err();
    assert!(matches!(&refused, TokenSourceError::Refused(code) if code == "invalid_request"));
}
