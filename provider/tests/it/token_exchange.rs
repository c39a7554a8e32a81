//! The token exchange grant.

use http::StatusCode;
use portcullis_provider::port::{Client, ClientAuthentication};
use serde_json::{Value, json};

use crate::house::{ANN, API, Answer, FILES, House, ISSUER, PASSWORD, SECRET, acme, ann, basic, claims, client, jose};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// A house with a resource server of `API` that may act on at `FILES`, one of `FILES`, and a stranger.
async fn house() -> House {
    let house = House::new().await;
    for (client_id, resources) in [("api", vec![API, FILES]), ("files", vec![FILES]), ("stranger", vec![])] {
        house.store.put_client(Client {
            grant_types: vec![GRANT.to_owned(), "client_credentials".to_owned()],
            scopes: ["openid", "email", "invoices:view"].map(str::to_owned).into(),
            resources: resources.into_iter().map(str::to_owned).collect(),
            ..client(client_id, true, Some(SECRET))
        });
    }
    house
}

/// Ann's token for `API`, issued to the portal, with the response it came in.
async fn subject(house: &House, scope: &str) -> Value {
    let mut browser = house.browser();
    let form = browser.form(&[("scope", scope), ("resource", API)]).await;
    let code = browser.submit(&form, ANN, PASSWORD).await.at_client()["code"].clone();
    house.redeem(&code).await.json()
}

fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

async fn exchange(house: &House, caller: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![("grant_type", GRANT), ("subject_token", token), ("subject_token_type", ACCESS_TOKEN)];
    all.extend(fields);
    house.post("/oauth/token", Some(&basic(caller, SECRET)), &all).await
}

async fn exchanged(house: &House, caller: &str, token: &str, fields: &[(&str, &str)]) -> Value {
    let answer = exchange(house, caller, token, fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()
}

fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, code), "{}", answer.body);
}

async fn active(house: &House, token: &Value) -> bool {
    let fields = [("token", access(token))];
    let answer = house.post("/oauth/introspect", Some(&basic("api", SECRET)), &fields).await;
    answer.json()["active"].as_bool().unwrap()
}

#[tokio::test]
async fn an_exchange_brings_an_access_token_alone() {
    let house = house().await;
    let subject = subject(&house, "openid email offline_access").await;
    let jwt = [("requested_token_type", ACCESS_TOKEN)];
    let answer = exchange(&house, "api", access(&subject), &jwt).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    let tokens = answer.json();
    assert_eq!(
        (tokens["issued_token_type"].as_str(), tokens["token_type"].as_str()),
        (Some(ACCESS_TOKEN), Some("Bearer"))
    );
    assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none());
    assert_eq!(jose(&tokens["access_token"])["typ"], "at+jwt");
    for wanted in ["urn:ietf:params:oauth:token-type:refresh_token", "urn:ietf:params:oauth:token-type:id_token", "x"] {
        let answer = exchange(&house, "api", access(&subject), &[("requested_token_type", wanted)]).await;
        assert_refused(&answer, "invalid_request");
    }
}

#[tokio::test]
async fn token_exchange_needs_a_confidential_client() {
    let house = house().await;
    let subject = subject(&house, "openid").await;
    assert_refused(&exchange(&house, "portal", access(&subject), &[]).await, "unauthorized_client");
    let mut public = house.client("api").await;
    public.authentication = ClientAuthentication::None;
    house.store.put_client(public);
    let fields = [
        ("grant_type", GRANT),
        ("client_id", "api"),
        ("subject_token", access(&subject)),
        ("subject_token_type", ACCESS_TOKEN),
    ];
    assert_refused(&house.post("/oauth/token", None, &fields).await, "unauthorized_client");
}

#[tokio::test]
async fn what_is_no_live_access_token_is_not_exchanged() {
    let house = house().await;
    let subject = subject(&house, "openid").await;
    let forged = format!("{}AA", access(&subject));
    let (id, refresh) = (subject["id_token"].as_str().unwrap(), subject["refresh_token"].as_str().unwrap());
    for bad in ["x", "a.b.c", &forged, id, refresh] {
        assert_refused(&exchange(&house, "api", bad, &[]).await, "invalid_request");
    }
    for missing in ["grant_type", "subject_token", "subject_token_type"] {
        let fields = [("grant_type", GRANT), ("subject_token", access(&subject)), ("subject_token_type", ACCESS_TOKEN)];
        let fields: Vec<_> = fields.into_iter().filter(|(name, _)| *name != missing).collect();
        assert_refused(&house.post("/oauth/token", Some(&basic("api", SECRET)), &fields).await, "invalid_request");
    }
    let other_type = [
        ("grant_type", GRANT),
        ("subject_token", access(&subject)),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2"),
    ];
    assert_refused(&house.post("/oauth/token", Some(&basic("api", SECRET)), &other_type).await, "invalid_request");
    let as_jwt = [
        ("grant_type", GRANT),
        ("subject_token", access(&subject)),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
    ];
    let answer = house.post("/oauth/token", Some(&basic("api", SECRET)), &as_jwt).await;
    assert_eq!(answer.status, StatusCode::OK);
    house.wait(600);
    assert_refused(&exchange(&house, "api", access(&subject), &[]).await, "invalid_request");
    let gone = self::subject(&house, "openid").await;
    house.store.remove_account(ann());
    assert_refused(&exchange(&house, "api", access(&gone), &[]).await, "invalid_request");
}

#[tokio::test]
async fn a_token_that_is_meant_for_others_is_not_exchanged() {
    let house = house().await;
    let subject = subject(&house, "openid").await;
    for caller in ["files", "stranger"] {
        assert_refused(&exchange(&house, caller, access(&subject), &[]).await, "invalid_request");
    }
    let first = exchanged(&house, "api", access(&subject), &[]).await;
    assert_refused(&exchange(&house, "files", access(&first), &[]).await, "invalid_request");
    exchanged(&house, "api", access(&first), &[]).await;
    let fields = [("grant_type", "client_credentials")];
    let own = house.post("/oauth/token", Some(&basic("stranger", SECRET)), &fields).await.json();
    exchanged(&house, "stranger", access(&own), &[]).await;
    assert_refused(&exchange(&house, "api", access(&own), &[]).await, "invalid_request");
}

#[tokio::test]
async fn the_chain_of_actors_is_told() {
    let house = house().await;
    let subject = subject(&house, "openid").await;
    let first = exchanged(&house, "api", access(&subject), &[("resource", FILES)]).await;
    let (before, after) = (claims(&subject["access_token"]), claims(&first["access_token"]));
    assert_eq!((after["sub"].as_str(), after["client_id"].as_str()), (Some(ann().to_string().as_str()), Some("api")));
    assert_eq!((&after["act"], &after["aud"]), (&json!({ "sub": "api" }), &json!(FILES)));
    assert_eq!((&after["sid"], &after["auth_time"]), (&before["sid"], &before["auth_time"]));
    assert!(before.get("act").is_none());
    let second = exchanged(&house, "files", access(&first), &[]).await;
    assert_eq!(claims(&second["access_token"])["act"], json!({ "sub": "files", "act": { "sub": "api" } }));
}

#[tokio::test]
async fn an_actor_token_has_to_be_the_callers_own() {
    let house = house().await;
    let subject = subject(&house, "openid").await;
    let own = async |client_id: &str| {
        let fields = [("grant_type", "client_credentials")];
        house.post("/oauth/token", Some(&basic(client_id, SECRET)), &fields).await.json()
    };
    let (api, files) = (own("api").await, own("files").await);
    let with = async |actor: &str, actor_type: &str| {
        let fields = [("actor_token", actor), ("actor_token_type", actor_type)];
        exchange(&house, "api", access(&subject), &fields).await
    };
    let answer = with(access(&api), ACCESS_TOKEN).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(claims(&answer.json()["access_token"])["act"], json!({ "sub": "api" }));
    for (actor, actor_type) in [
        (access(&files), ACCESS_TOKEN),
        (access(&subject), ACCESS_TOKEN),
        ("x", ACCESS_TOKEN),
        (access(&api), "urn:ietf:params:oauth:token-type:id_token"),
        (access(&api), ""),
        ("", ACCESS_TOKEN),
    ] {
        assert_refused(&with(actor, actor_type).await, "invalid_request");
    }
    // What it exchanged itself is about somebody else.
    let acted = exchanged(&house, "api", access(&subject), &[]).await;
    assert_refused(&with(access(&acted), ACCESS_TOKEN).await, "invalid_request");
}

#[tokio::test]
async fn an_exchange_never_widens_the_scope() {
    let house = house().await;
    let subject = subject(&house, "openid email profile").await;
    let all = exchanged(&house, "api", access(&subject), &[]).await;
    assert_eq!(all["scope"], "openid email", "what both have");
    let one = exchanged(&house, "api", access(&subject), &[("scope", "email")]).await;
    assert_eq!((one["scope"].as_str(), claims(&one["access_token"])["scope"].as_str()), (Some("email"), Some("email")));
    for outside in ["profile", "invoices:view", "admin", "org:acme"] {
        assert_refused(&exchange(&house, "api", access(&subject), &[("scope", outside)]).await, "invalid_scope");
    }
    assert_refused(&exchange(&house, "api", access(&one), &[("scope", "openid")]).await, "invalid_scope");
}

#[tokio::test]
async fn an_exchange_stays_inside_its_targets() {
    let house = house().await;
    let subject = subject(&house, "openid").await;
    let aud = async |fields: &[(&str, &str)]| {
        claims(&exchanged(&house, "api", access(&subject), fields).await["access_token"])["aud"].clone()
    };
    assert_eq!(aud(&[]).await, json!(API));
    assert_eq!(aud(&[("resource", FILES)]).await, json!(FILES));
    assert_eq!(aud(&[("audience", FILES)]).await, json!(FILES));
    assert_eq!(aud(&[("resource", API), ("resource", FILES), ("audience", API)]).await, json!([API, FILES]));
    for fields in [
        [("resource", ISSUER)],
        [("audience", ISSUER)],
        [("resource", "https://evil.example")],
        [("audience", "https://evil.example")],
    ] {
        assert_refused(&exchange(&house, "api", access(&subject), &fields).await, "invalid_target");
    }
    let at_files = exchanged(&house, "api", access(&subject), &[("resource", FILES)]).await;
    assert_refused(&exchange(&house, "files", access(&at_files), &[("resource", API)]).await, "invalid_target");
    assert_eq!(house.userinfo(access(&at_files)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_exchange_stays_in_the_organization_and_reads_it_anew() {
    let house = house().await;
    let (inside, nowhere) = (subject(&house, "openid org:acme").await, subject(&house, "openid").await);
    house.directory.0.lock().unwrap().insert(ann().to_string(), vec!["invoices:view".to_owned()]);
    for fields in [vec![], vec![("organization", "acme")], vec![("scope", "openid org:acme")]] {
        let tokens = exchanged(&house, "api", access(&inside), &fields).await;
        let told = claims(&tokens["access_token"]);
        assert_eq!((&told["org"], &told["permissions"]), (&json!(acme()), &json!(["invoices:view"])), "{fields:?}");
    }
    assert_refused(&exchange(&house, "api", access(&inside), &[("organization", "globex")]).await, "invalid_scope");
    assert_refused(&exchange(&house, "api", access(&nowhere), &[("organization", "acme")]).await, "invalid_scope");
    assert!(claims(&exchanged(&house, "api", access(&nowhere), &[]).await["access_token"]).get("org").is_none());
    house.directory.0.lock().unwrap().remove(&ann().to_string());
    assert_refused(&exchange(&house, "api", access(&inside), &[]).await, "invalid_scope");
    let fields = [("grant_type", "client_credentials"), ("organization", "acme"), ("resource", API)];
    let of_client = house.post("/oauth/token", Some(&basic("service", SECRET)), &fields).await.json();
    let told = claims(&exchanged(&house, "api", access(&of_client), &[]).await["access_token"]);
    assert_eq!(
        (&told["sub"], &told["org"], &told["scope"]),
        (&json!("service"), &json!(acme()), &json!("invoices:view"))
    );
}

#[tokio::test]
async fn an_exchanged_token_ends_with_its_subject_token() {
    let house = house().await;
    let subject = subject(&house, "openid").await;
    house.wait(400);
    let tokens = exchanged(&house, "api", access(&subject), &[]).await;
    assert_eq!(tokens["expires_in"].as_i64(), Some(200));
    assert_eq!(claims(&tokens["access_token"])["exp"], claims(&subject["access_token"])["exp"]);
    assert!(active(&house, &tokens).await);
    house.wait(200);
    assert!(!active(&house, &tokens).await);
}

#[tokio::test]
async fn revoking_the_family_ends_what_was_exchanged() {
    let house = house().await;
    let subject = subject(&house, "openid").await;
    let first = exchanged(&house, "api", access(&subject), &[]).await;
    let second = exchanged(&house, "api", access(&first), &[]).await;
    assert_ne!(claims(&first["access_token"])["jti"], claims(&second["access_token"])["jti"]);
    assert!(active(&house, &first).await && active(&house, &second).await);
    let portal = basic("portal", SECRET);
    house.post("/oauth/revoke", Some(&portal), &[("token", subject["refresh_token"].as_str().unwrap())]).await;
    assert!(!active(&house, &first).await && !active(&house, &second).await);
    assert_refused(&exchange(&house, "api", access(&subject), &[]).await, "invalid_request");
    assert_refused(&exchange(&house, "api", access(&first), &[]).await, "invalid_request");

    let fields = [("grant_type", "client_credentials"), ("resource", API)];
    let service = basic("service", SECRET);
    let own = house.post("/oauth/token", Some(&service), &fields).await.json();
    let of_client = exchanged(&house, "api", access(&own), &[]).await;
    assert!(active(&house, &of_client).await);
    house.post("/oauth/revoke", Some(&service), &[("token", access(&own))]).await;
    assert!(!active(&house, &of_client).await, "a client's token is a family of its own");
}

#[tokio::test]
async fn an_exchange_without_a_store_is_503() {
    let house = house().await;
    let subject = subject(&house, "openid").await;
    house.store.set_down(true);
    let answer = exchange(&house, "api", access(&subject), &[]).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"));
}
