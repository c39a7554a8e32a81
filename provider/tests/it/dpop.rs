//! Proofs of possession at the authorization server (RFC 9449).

use axum::body::Body;
use http::{Request, StatusCode, header::AUTHORIZATION};
use portcullis_core::Secret;
use portcullis_provider::port::Client;
use serde_json::{Value, json};

use crate::{
    holder::{Holder, ath},
    house::{
        ANN, Answer, Browser, House, ISSUER, PASSWORD, SECRET, VERIFIER, ann, authorize, authorize_params, basic,
        claims, form_post,
    },
};

const TOKEN: &str = "https://id.example.com/oauth/token";
const USERINFO: &str = "https://id.example.com/oauth/userinfo";

/// A client, as it proves itself at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    Native,
    Portal,
    Service,
}

/// Posts a form with proofs.
async fn post(house: &House, path: &str, client: As, proofs: &[&str], fields: &[(&str, &str)]) -> Answer {
    let public = [("client_id", "native")];
    let fields: Vec<_> = fields.iter().chain(public.iter().filter(|_| client == As::Native)).copied().collect();
    let mut request = form_post(path, &fields);
    let basic = match client {
        As::Native => None,
        As::Portal => Some(basic("portal", SECRET)),
        As::Service => Some(basic("service", SECRET)),
    };
    if let Some(basic) = basic {
        request.headers_mut().insert(AUTHORIZATION, basic.parse().unwrap());
    }
    for proof in proofs {
        request.headers_mut().append("dpop", proof.parse().unwrap());
    }
    house.send(request).await
}

async fn token(house: &House, client: As, proof: Option<&str>, fields: &[(&str, &str)]) -> Answer {
    post(house, "/oauth/token", client, proof.as_slice(), fields).await
}

async fn redeem(house: &House, client: As, proof: Option<&str>, code: &str) -> Answer {
    let fields = [("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)];
    token(house, client, proof, &fields).await
}

async fn refresh(house: &House, client: As, proof: Option<&str>, tokens: &Value) -> Answer {
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    token(house, client, proof, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

async fn of_service(house: &House, proof: Option<&str>) -> Answer {
    token(house, As::Service, proof, &[("grant_type", "client_credentials")]).await
}

async fn user_info(house: &House, scheme: &str, token: &Value, proofs: &[&str]) -> Answer {
    let request =
        Request::get("/oauth/userinfo").header(AUTHORIZATION, format!("{scheme} {}", token.as_str().unwrap()));
    let request = proofs.iter().fold(request, |request, proof| request.header("dpop", *proof));
    house.send(request.body(Body::empty()).unwrap()).await
}

/// A good proof for the token endpoint.
fn proof(house: &House, holder: &Holder) -> String {
    holder.proof("POST", TOKEN, house.now())
}

/// A good proof for the userinfo endpoint.
fn proof_with_token(house: &House, holder: &Holder, token: &Value) -> String {
    holder.proof_with("GET", USERINFO, house.now(), ath(token.as_str().unwrap()))
}

/// Signs Ann in at a client; its code.
async fn code(house: &House, client: As, changes: &[(&str, &str)]) -> String {
    let client_id = if client == As::Native { "native" } else { "portal" };
    let changes: Vec<_> = changes.iter().copied().chain([("client_id", client_id)]).collect();
    house.browser().sign_in(&changes).await
}

async fn change(house: &House, client_id: &str, change: impl FnOnce(&mut Client)) {
    let mut client = house.client(client_id).await;
    change(&mut client);
    house.store.put_client(client);
}

#[track_caller]
fn assert_bound(answer: &Answer, holder: &Holder) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "DPoP");
    assert_eq!(claims(&tokens["access_token"])["cnf"], json!({ "jkt": holder.jkt() }));
    tokens
}

#[track_caller]
fn assert_bearer(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &claims(&tokens["access_token"])["cnf"]), (&json!("Bearer"), &Value::Null));
    tokens
}

#[track_caller]
fn assert_error(answer: &Answer, error: &str) {
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, error), "{}", answer.body);
}

#[track_caller]
fn assert_challenge(answer: &Answer, challenge: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    let algs = r#"algs="ES256 ES384 EdDSA PS256 RS256""#;
    assert_eq!(answer.header("www-authenticate"), format!("{challenge}, {algs}"));
}

#[tokio::test]
async fn a_proof_binds_the_tokens_of_every_grant() {
    let (house, holder) = (House::new().await, Holder::new());
    let code = code(&house, As::Portal, &[]).await;
    let tokens = assert_bound(&redeem(&house, As::Portal, Some(&proof(&house, &holder)), &code).await, &holder);
    assert_bound(&refresh(&house, As::Portal, Some(&proof(&house, &holder)), &tokens).await, &holder);
    assert_bound(&of_service(&house, Some(&proof(&house, &holder))).await, &holder);
    assert_bearer(&of_service(&house, None).await);
    let metadata = house.get("/.well-known/oauth-authorization-server").await.json();
    let algorithms = json!(["ES256", "ES384", "EdDSA", "PS256", "RS256"]);
    assert_eq!(metadata["dpop_signing_alg_values_supported"], algorithms);
}

#[tokio::test]
async fn a_bad_proof_is_invalid_dpop_proof() {
    let (house, holder) = (House::new().await, Holder::new());
    let code = code(&house, As::Portal, &[]).await;
    let now = house.now();
    for bad in [
        "",
        "a.b.c",
        &holder.proof("GET", TOKEN, now),
        &holder.proof("POST", "https://evil.example/oauth/token", now),
        &holder.proof("POST", USERINFO, now),
        &holder.proof("POST", TOKEN, now - 61),
        &holder.proof("POST", TOKEN, now + 6),
    ] {
        assert_error(&redeem(&house, As::Portal, Some(bad), &code).await, "invalid_dpop_proof");
    }
    let [first, second] = [(); 2].map(|()| proof(&house, &holder));
    let fields = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    let two = post(&house, "/oauth/token", As::Portal, &[&first, &second], &fields).await;
    assert_error(&two, "invalid_dpop_proof");
    let good = holder.proof("POST", "https://ID.example.com:443/oauth/./%74oken?a=b", now);
    assert_bound(&redeem(&house, As::Portal, Some(&good), &code).await, &holder);
}

#[tokio::test]
async fn a_proof_is_used_once() {
    let (house, holder) = (House::new().await, Holder::new());
    let ahead = holder.proof("POST", TOKEN, house.now() + 5);
    assert_bound(&of_service(&house, Some(&ahead)).await, &holder);
    for _ in 0..=66 {
        assert_error(&of_service(&house, Some(&ahead)).await, "invalid_dpop_proof");
        house.wait(1);
    }
    assert_bound(&of_service(&house, Some(&proof(&house, &holder))).await, &holder);
}

#[tokio::test]
async fn a_client_that_is_not_believed_uses_no_proof_up() {
    let (house, holder) = (House::new().await, Holder::new());
    let proof = proof(&house, &holder);
    let mut request = form_post("/oauth/token", &[("grant_type", "client_credentials")]);
    request.headers_mut().insert(AUTHORIZATION, basic("service", "wrong").parse().unwrap());
    request.headers_mut().insert("dpop", proof.parse().unwrap());
    assert_eq!(house.send(request).await.error(), "invalid_client");
    assert_bound(&of_service(&house, Some(&proof)).await, &holder);
}

#[tokio::test]
async fn a_demanded_nonce_is_asked_for_and_taken() {
    let (house, holder) = (House::built(|builder| builder.require_dpop_nonce()).await, Holder::new());
    let with = |nonce: &str| holder.proof_with("POST", TOKEN, house.now(), json!({ "nonce": nonce }));
    let code = code(&house, As::Portal, &[]).await;
    let first = redeem(&house, As::Portal, Some(&proof(&house, &holder)), &code).await;
    assert_error(&first, "use_dpop_nonce");
    let nonce = first.header("dpop-nonce").to_owned();
    assert_error(&redeem(&house, As::Portal, Some(&with("theirs")), &code).await, "use_dpop_nonce");
    let answer = redeem(&house, As::Portal, Some(&with(&nonce)), &code).await;
    let tokens = assert_bound(&answer, &holder);
    assert_eq!(answer.header("dpop-nonce"), nonce, "the nonce of these two minutes");

    let token = &tokens["access_token"];
    let without = user_info(&house, "DPoP", token, &[&proof_with_token(&house, &holder, token)]).await;
    assert_challenge(&without, r#"DPoP error="use_dpop_nonce""#);
    assert_eq!(without.header("dpop-nonce"), nonce);
    let mut changes = ath(token.as_str().unwrap());
    changes["nonce"] = json!(nonce);
    let with_nonce = holder.proof_with("GET", USERINFO, house.now(), changes);
    assert_eq!(user_info(&house, "DPoP", token, &[&with_nonce]).await.status, StatusCode::OK);

    house.wait(240);
    let late = of_service(&house, Some(&with(&nonce))).await;
    assert_error(&late, "use_dpop_nonce");
    assert_bound(&of_service(&house, Some(&with(late.header("dpop-nonce")))).await, &holder);
    assert_bearer(&of_service(&house, None).await);
}

#[tokio::test]
async fn where_no_nonce_is_demanded_none_is_given() {
    let (house, holder) = (House::new().await, Holder::new());
    let answer = of_service(&house, Some(&proof(&house, &holder))).await;
    assert!(answer.headers.get("dpop-nonce").is_none());
    let with = holder.proof_with("POST", TOKEN, house.now(), json!({ "nonce": "of another server" }));
    assert_bound(&of_service(&house, Some(&with)).await, &holder);
}

#[tokio::test]
async fn nodes_share_nonces_under_one_secret() {
    let demanding = |secret| {
        House::built(move |builder| builder.require_dpop_nonce().with_dpop_nonce_secret(Secret::new([secret; 32])))
    };
    let (one, same, other) = (demanding(1).await, demanding(1).await, demanding(2).await);
    let holder = Holder::new();
    let nonce = of_service(&one, Some(&proof(&one, &holder))).await.header("dpop-nonce").to_owned();
    let with = || holder.proof_with("POST", TOKEN, one.now(), json!({ "nonce": nonce }));
    assert_bound(&of_service(&same, Some(&with())).await, &holder);
    assert_error(&of_service(&other, Some(&with())).await, "use_dpop_nonce");
}

#[tokio::test]
async fn a_client_of_bound_tokens_needs_a_proof() {
    let (house, holder) = (House::new().await, Holder::new());
    change(&house, "service", |client| client.dpop_bound_access_tokens = true).await;
    assert_error(&of_service(&house, None).await, "invalid_request");
    assert_bound(&of_service(&house, Some(&proof(&house, &holder))).await, &holder);
}

#[tokio::test]
async fn a_code_with_a_thumbprint_needs_its_key() {
    let (house, holder, thief) = (House::new().await, Holder::new(), Holder::new());
    for client in [As::Portal, As::Native] {
        let code = code(&house, client, &[("dpop_jkt", &holder.jkt())]).await;
        assert_error(&redeem(&house, client, None, &code).await, "invalid_grant");
        assert_error(&redeem(&house, client, Some(&proof(&house, &thief)), &code).await, "invalid_grant");
        let answer = redeem(&house, client, Some(&proof(&house, &holder)), &code).await;
        let tokens = assert_bound(&answer, &holder);
        // A replay without the key is no valid request, and revokes nothing.
        assert_error(&redeem(&house, client, Some(&proof(&house, &thief)), &code).await, "invalid_grant");
        assert_bound(&refresh(&house, client, Some(&proof(&house, &holder)), &tokens).await, &holder);
    }
}

#[tokio::test]
async fn a_thumbprint_out_of_form_is_invalid_request() {
    let house = House::new().await;
    for bad in ["short", &"x".repeat(44), &format!("{}=", "x".repeat(42))] {
        let answer = house.browser().get(&authorize(&[("dpop_jkt", bad)])).await.at_client();
        assert_eq!(answer["error"], "invalid_request", "{bad}");
    }
}

#[tokio::test]
async fn a_refresh_token_of_a_public_client_is_bound() {
    let (house, holder, thief) = (House::new().await, Holder::new(), Holder::new());
    let code = code(&house, As::Native, &[]).await;
    let answer = redeem(&house, As::Native, Some(&proof(&house, &holder)), &code).await;
    let mut tokens = assert_bound(&answer, &holder);
    for _ in 0..2 {
        assert_error(&refresh(&house, As::Native, None, &tokens).await, "invalid_grant");
        assert_error(&refresh(&house, As::Native, Some(&proof(&house, &thief)), &tokens).await, "invalid_grant");
        let answer = refresh(&house, As::Native, Some(&proof(&house, &holder)), &tokens).await;
        tokens = assert_bound(&answer, &holder);
    }
}

#[tokio::test]
async fn a_refresh_token_of_a_confidential_client_is_not_bound() {
    let (house, holder, successor) = (House::new().await, Holder::new(), Holder::new());
    let code = code(&house, As::Portal, &[("dpop_jkt", &holder.jkt())]).await;
    let answer = redeem(&house, As::Portal, Some(&proof(&house, &holder)), &code).await;
    let tokens = assert_bound(&answer, &holder);
    let answer = refresh(&house, As::Portal, Some(&proof(&house, &successor)), &tokens).await;
    let tokens = assert_bound(&answer, &successor);
    assert_bearer(&refresh(&house, As::Portal, None, &tokens).await);
}

#[tokio::test]
async fn an_unbound_refresh_token_of_a_public_client_takes_no_proof() {
    let (house, holder) = (House::new().await, Holder::new());
    let code = code(&house, As::Native, &[]).await;
    let tokens = assert_bearer(&redeem(&house, As::Native, None, &code).await);
    assert_error(&refresh(&house, As::Native, Some(&proof(&house, &holder)), &tokens).await, "invalid_grant");
    assert_bearer(&refresh(&house, As::Native, None, &tokens).await);
}

#[tokio::test]
async fn userinfo_wants_the_proof_of_a_bound_token() {
    let (house, holder, thief) = (House::new().await, Holder::new(), Holder::new());
    let code = code(&house, As::Portal, &[]).await;
    let answer = redeem(&house, As::Portal, Some(&proof(&house, &holder)), &code).await;
    let token = assert_bound(&answer, &holder)["access_token"].clone();
    let good = || proof_with_token(&house, &holder, &token);

    let first = good();
    let answer = user_info(&house, "dPoP", &token, &[&first]).await;
    assert_eq!((answer.status, &answer.json()["sub"]), (StatusCode::OK, &json!(ann().to_string())));
    assert_challenge(&user_info(&house, "DPoP", &token, &[&first]).await, r#"DPoP error="invalid_dpop_proof""#);
    assert_challenge(&user_info(&house, "DPoP", &token, &[]).await, r#"DPoP error="invalid_dpop_proof""#);
    for bad in [
        vec![good(), good()],
        vec![holder.proof("GET", USERINFO, house.now())],
        vec![holder.proof_with("GET", USERINFO, house.now(), ath("another.access.token"))],
        vec![holder.proof_with("POST", USERINFO, house.now(), ath(token.as_str().unwrap()))],
        vec![holder.proof_with("GET", TOKEN, house.now(), ath(token.as_str().unwrap()))],
    ] {
        let bad: Vec<&str> = bad.iter().map(String::as_str).collect();
        assert_challenge(&user_info(&house, "DPoP", &token, &bad).await, r#"DPoP error="invalid_dpop_proof""#);
    }
    let of_thief = proof_with_token(&house, &thief, &token);
    assert_challenge(&user_info(&house, "DPoP", &token, &[&of_thief]).await, r#"DPoP error="invalid_token""#);
    assert_eq!(user_info(&house, "DPoP", &token, &[&good()]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn userinfo_refuses_a_token_under_the_wrong_scheme() {
    let (house, holder) = (House::new().await, Holder::new());
    let codes = [code(&house, As::Portal, &[]).await, code(&house, As::Portal, &[]).await];
    let answer = redeem(&house, As::Portal, Some(&proof(&house, &holder)), &codes[0]).await;
    let bound = assert_bound(&answer, &holder)["access_token"].clone();
    let unbound = assert_bearer(&redeem(&house, As::Portal, None, &codes[1]).await)["access_token"].clone();
    for (token, wrong, right) in [(&bound, "Bearer", "DPoP"), (&unbound, "DPoP", "Bearer")] {
        let good = || proof_with_token(&house, &holder, token);
        let refused = user_info(&house, wrong, token, &[&good()]).await;
        assert_challenge(&refused, r#"DPoP error="invalid_token""#);
        assert_eq!(user_info(&house, right, token, &[&good()]).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_store_that_is_down_takes_no_proof() {
    let (house, holder) = (House::new().await, Holder::new());
    let bound = assert_bound(&of_service(&house, Some(&proof(&house, &holder))).await, &holder);
    let (again, token) = (proof(&house, &holder), &bound["access_token"]);
    house.store.set_down(true);
    let answer = of_service(&house, Some(&again)).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"));
    let answer = user_info(&house, "DPoP", token, &[&proof_with_token(&house, &holder, token)]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    house.store.set_down(false);
    assert_bound(&of_service(&house, Some(&again)).await, &holder);
}

/// Pushes a request of the portal.
async fn push(house: &House, proof: &str, changes: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> = authorize_params(changes).into_iter().collect();
    post(house, "/oauth/par", As::Portal, &[proof], &fields).await
}

/// Signs Ann in for a pushed request; the code.
async fn code_of_pushed(browser: &mut Browser<'_>, pushed: &Answer) -> String {
    assert_eq!(pushed.status, StatusCode::CREATED, "{}", pushed.body);
    let request_uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
    let form = browser.get(&format!("/oauth/authorize?client_id=portal&request_uri={request_uri}")).await;
    let form = browser.get(form.location()).await;
    browser.submit(&form, ANN, PASSWORD).await.at_client()["code"].clone()
}

#[tokio::test]
async fn a_pushed_proof_binds_the_code() {
    let (house, holder, thief) = (House::new().await, Holder::new(), Holder::new());
    let at_par = || holder.proof("POST", &format!("{ISSUER}/oauth/par"), house.now());
    for changes in [vec![], vec![("dpop_jkt", holder.jkt())]] {
        let changes: Vec<_> = changes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let pushed = push(&house, &at_par(), &changes).await;
        let code = code_of_pushed(&mut house.browser(), &pushed).await;
        assert_error(&redeem(&house, As::Portal, None, &code).await, "invalid_grant");
        assert_error(&redeem(&house, As::Portal, Some(&proof(&house, &thief)), &code).await, "invalid_grant");
        assert_bound(&redeem(&house, As::Portal, Some(&proof(&house, &holder)), &code).await, &holder);
    }
}

#[tokio::test]
async fn a_pushed_proof_and_thumbprint_have_to_agree() {
    let (house, holder, other) = (House::new().await, Holder::new(), Holder::new());
    let at_par = holder.proof("POST", &format!("{ISSUER}/oauth/par"), house.now());
    assert_error(&push(&house, &at_par, &[("dpop_jkt", &other.jkt())]).await, "invalid_dpop_proof");
    let at_token = proof(&house, &holder);
    assert_error(&push(&house, &at_token, &[]).await, "invalid_dpop_proof");
}
