//! Bearer tokens: whose are accepted, for what, and until when.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor};
use serde_json::{Value, json};

use crate::house::{FINANCE, assert_refused, client_token, rows, text};
use crate::issuer::{Issuer, Key, now, unsigned};
use crate::small_app::SmallApp;

/// The permissions of a caller in an organization, sorted.
async fn permissions(visitor: &Visitor, org: &str) -> Vec<String> {
    let answer = visitor.get(&format!("/auth/session?org={org}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut keys: Vec<String> = answer.json()["permissions"].as_array().unwrap().iter().map(text).collect();
    keys.sort();
    keys
}

fn payload(token: &str) -> Value {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// The token with other claims under the same signature.
fn forged(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims = payload(token);
    change(&mut claims);
    format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(claims.to_string()), parts[2])
}

#[tokio::test]
async fn a_client_of_the_configuration_gets_what_a_session_with_its_rights_gets() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let person = Visitor::signed_in(&portal, FINANCE).await;
    let token = client_token(&portal, "twin", SECRET, Some("acme")).await;
    let twin = Visitor::bearer(&portal, &token);

    assert_eq!(permissions(&twin, "acme").await, permissions(&person, "acme").await);
    for path in ["invoices", "tickets", "services", "orders", "payments", "members", "settings", "audit", "pages"] {
        let path = format!("/api/o/acme/{path}");
        let (theirs, ours) = (twin.get(&path).await, person.get(&path).await);
        assert_eq!((theirs.status, theirs.body), (ours.status, ours.body), "{path}");
    }
    let one = rows(&twin.get("/api/o/acme/invoices?state=open").await).remove(0);
    let paid = twin.post_json(&format!("/api/o/acme/invoices/{}/pay", text(&one["id"])), &json!({})).await;
    assert_eq!((paid.status.as_u16(), &paid.json()["state"]), (200, &json!("paid")), "{}", paid.body);
}

#[tokio::test]
async fn a_bound_token_opens_no_other_organization_and_an_unbound_one_those_of_its_client() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let bound = Visitor::bearer(&portal, &client_token(&portal, "robot", SECRET, Some("acme")).await);
    assert_eq!(bound.get("/api/o/acme/invoices").await.status, 200);
    assert_refused(&bound.get("/api/o/globex/invoices").await, 404, "not-found");
    assert_refused(&bound.get("/api/o/initech/invoices").await, 404, "not-found");

    let unbound = Visitor::bearer(&portal, &client_token(&portal, "robot", SECRET, None).await);
    assert_eq!(unbound.get("/api/o/acme/invoices").await.status, 200);
    assert_eq!(unbound.get("/api/o/globex/tickets").await.status, 200);
    assert_refused(&unbound.get("/api/o/globex/invoices").await, 403, "permission-denied");
    assert_refused(&unbound.get("/api/o/initech/invoices").await, 404, "not-found");

    let nobody = Visitor::anonymous(&portal);
    let fields = [("grant_type", "client_credentials"), ("organization", "initech")];
    let request = nobody.request(Method::POST, "/oauth/token").basic_auth("robot", Some(SECRET)).form(&fields);
    let refused = nobody.send(request).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (400, &json!("invalid_scope")));
}

#[tokio::test]
async fn a_person_s_token_opens_its_organization_and_the_id_token_opens_nothing() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let tokens = authorize(&portal, FINANCE, "openid org:acme").await;
    let access = text(&tokens["access_token"]);
    let visitor = Visitor::bearer(&portal, &access);
    assert_eq!(visitor.get("/api/o/acme/invoices").await.status, 200);
    assert_refused(&visitor.get("/api/o/globex/invoices").await, 404, "not-found");
    let claims = payload(&access);
    assert!(claims["permissions"].as_array().unwrap().contains(&json!("invoices:pay")), "{claims}");
    assert!(claims["roles"].as_array().unwrap().contains(&json!("FINANCE")), "{claims}");

    let id_token = Visitor::bearer(&portal, &text(&tokens["id_token"]));
    assert_refused(&id_token.get("/api/o/acme/invoices").await, 401, "token-invalid");
    assert_refused(&id_token.get("/auth/session").await, 401, "token-invalid");
}

/// The code flow of a public client, as a program of the person's own would walk it.
async fn authorize(portal: &Portal, email: &str, scope: &str) -> Value {
    let person = Visitor::signed_in(portal, email).await.wanting_pages();
    let back = "http://127.0.0.1:9/back";
    let query = serde_urlencoded::to_string([
        ("client_id", "desktop"),
        ("redirect_uri", back),
        ("response_type", "code"),
        ("scope", scope),
        ("state", "s"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ]);
    let answer = person.get(&format!("/oauth/authorize?{}", query.unwrap())).await;
    let target = answer.location().unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
    let code = target.query_pairs().find(|(name, _)| name == "code").unwrap_or_else(|| panic!("{target}")).1;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "desktop"),
        ("redirect_uri", back),
        ("code", &code),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    let answer = Visitor::anonymous(portal).post_form("/oauth/token", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[tokio::test]
async fn nothing_but_a_whole_token_of_the_embedded_server_is_accepted() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let token = client_token(&portal, "robot", SECRET, Some("acme")).await;
    let ask = async |token: &str| Visitor::bearer(&portal, token).get("/api/o/acme/invoices").await;
    assert_eq!(ask(&token).await.status, 200);

    let claims = payload(&token);
    let object = claims.as_object().unwrap();
    let jwks = Visitor::anonymous(&portal).get("/oauth/jwks").await.body;
    let with_public_key = |secret: &[u8]| {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some("at+jwt".to_owned());
        jsonwebtoken::encode(&header, object, &EncodingKey::from_secret(secret)).unwrap()
    };
    let last = if token.ends_with('A') { "B" } else { "A" };
    for (what, bad) in [
        ("more permissions", forged(&token, |claims| claims["permissions"] = json!(["invoices:pay"]))),
        ("another organization", forged(&token, |claims| claims["org"] = json!("globex"))),
        ("longer", forged(&token, |claims| claims["exp"] = json!(now() + 1_000_000))),
        ("another issuer", forged(&token, |claims| claims["iss"] = json!("https://evil.example"))),
        ("no signature", unsigned(object, "none", "AA")),
        ("no signature, spelt oddly", unsigned(object, "nOnE", "AA")),
        ("half a signature", token[..token.len() - 40].to_owned()),
        ("a public key as a shared secret", with_public_key(jwks.as_bytes())),
        ("a key of our own", Key::new("x").sign(object)),
        ("another last letter", format!("{}{last}{last}", &token[..token.len() - 2])),
    ] {
        let answer = ask(&bad).await;
        assert_eq!(answer.code().as_deref(), Some("token-invalid"), "{what}: {} {}", answer.status, answer.body);
        assert_eq!(answer.status, 401, "{what}");
    }
    // RFC 7515: an unsecured token ends in a dot, and is no bearer token of ours at all.
    assert_refused(&ask(&unsigned(object, "none", "")).await, 400, "credential-malformed");
    assert_eq!(ask(&token).await.status, 200, "the good one was good all the time");
}

#[tokio::test]
async fn a_trusted_issuer_s_token_is_held_to_every_claim() {
    let key = Key::new("one");
    let issuer = Issuer::start(&[&key]).await;
    let portal = Portal::start(PortalOptions::default().with_config(&issuer.config(CLAIMS)));
    let ask = async |changes: Value| {
        let changes = json!({"org": "acme", "permissions": ["invoices:view"]})
            .as_object()
            .unwrap()
            .clone()
            .into_iter()
            .chain(changes.as_object().unwrap().clone())
            .collect();
        let token = key.sign(&issuer.claims(Value::Object(changes)));
        Visitor::bearer(&portal, &token).get("/api/o/acme/invoices").await
    };
    assert_eq!(ask(json!({})).await.status, 200);
    assert_eq!(ask(json!({"aud": ["https://other.example", crate::issuer::AUDIENCE]})).await.status, 200);
    for bad in [
        json!({"aud": "https://other.example"}),
        json!({"aud": null}),
        json!({"aud": []}),
        json!({"iss": "https://other.example"}),
        json!({"iss": null}),
        json!({"sub": null}),
        json!({"exp": null}),
        json!({"exp": "soon"}),
        json!({"nbf": now() + 600}),
        json!({"iat": now() + 600}),
    ] {
        let answer = ask(bad.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_deref()), (401, Some("token-invalid")), "{bad}");
    }
    assert_refused(&ask(json!({"exp": now() - 60})).await, 401, "token-expired");
}

#[tokio::test]
async fn claims_of_three_shapes_grant_exactly_what_they_say() {
    let key = Key::new("one");
    let issuer = Issuer::start(&[&key]).await;
    let portal = Portal::start(PortalOptions::default().with_config(&issuer.config(CLAIMS)));
    let holder = |claims: Value| Visitor::bearer(&portal, &key.sign(&issuer.claims(claims)));
    let none: [&str; 0] = [];

    let flat = holder(json!({"org": "acme", "permissions": ["invoices:view", "tickets:close", "no:such"]}));
    assert_eq!(permissions(&flat, "acme").await, ["invoices:view", "tickets:close"]);
    let spaced = holder(json!({"org": "acme", "permissions": "invoices:view orders:view"}));
    assert_eq!(permissions(&spaced, "acme").await, ["invoices:view", "orders:view"]);

    let map =
        holder(json!({"org": "acme", "permissions": {"invoices": ["view", "pay"], "tickets": {"actions": ["view"]}}}));
    assert_eq!(permissions(&map, "acme").await, ["invoices:pay", "invoices:view", "tickets:view"]);

    let per_organization = holder(json!({"organizations": {
        "acme": {"roles": ["FINANCE", "NO_SUCH_ROLE"], "permissions": ["tickets:view"]},
        "globex": ["SUPPORT"],
    }}));
    let in_acme = ["invoices:download", "invoices:pay", "invoices:view", "tickets:view"];
    assert_eq!(permissions(&per_organization, "acme").await, in_acme);
    assert_eq!(permissions(&per_organization, "globex").await, ["tickets:close", "tickets:create", "tickets:view"]);
    assert_refused(&per_organization.get("/auth/session?org=initech").await, 404, "not-found");
    assert_eq!(per_organization.get("/api/o/acme/invoices").await.status, 200);
    assert_refused(&per_organization.get("/api/o/globex/invoices").await, 403, "permission-denied");

    let by_role = holder(json!({"roles": {"globex": ["FINANCE"]}}));
    assert_eq!(permissions(&by_role, "globex").await, ["invoices:download", "invoices:pay", "invoices:view"]);
    assert_refused(&by_role.get("/api/o/acme/invoices").await, 404, "not-found");

    // Bound to one organization, rights for another are worth nothing.
    let bound = holder(json!({"org": "acme", "organizations": {"globex": ["ORG_OWNER"]}}));
    assert_eq!(permissions(&bound, "acme").await, none);
    assert_refused(&bound.get("/api/o/globex/invoices").await, 404, "not-found");
    // Rights that name no organization are valid in none.
    let nowhere = holder(json!({"permissions": ["invoices:view"], "roles": ["ORG_OWNER"]}));
    for org in ["acme", "globex", "initech"] {
        assert_refused(&nowhere.get(&format!("/api/o/{org}/invoices")).await, 404, "not-found");
    }
    // What is of no known shape grants nothing.
    let odd = holder(json!({"org": "acme", "permissions": 7, "roles": [1, null], "organizations": "acme"}));
    assert_eq!(permissions(&odd, "acme").await, none);
}

#[tokio::test]
async fn revoking_reaches_the_cache_at_once() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let (ended, other) = (
        client_token(&portal, "robot", SECRET, Some("acme")).await,
        client_token(&portal, "robot", SECRET, Some("acme")).await,
    );
    let ask = async |token: &str| Visitor::bearer(&portal, token).get("/api/o/acme/invoices").await;
    for token in [&ended, &other] {
        assert_eq!(ask(token).await.status, 200);
    }
    let nobody = Visitor::anonymous(&portal);
    let request = nobody.request(Method::POST, "/oauth/revoke").basic_auth("robot", Some(SECRET));
    let revoked: Answer = nobody.send(request.form(&[("token", &ended)])).await;
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    assert_refused(&ask(&ended).await, 401, "token-invalid");
    assert_eq!(ask(&other).await.status, 200, "only the one that was named");
}

#[tokio::test]
async fn keys_are_fetched_once_for_all_who_wait() {
    let (one, other) = (Key::new("one"), Key::new("other"));
    let issuer = Issuer::start(&[&one]).await;
    let app = SmallApp::trusting(&issuer).await;
    let many = |key: &Key| -> Vec<String> {
        (0..50).map(|at| key.sign(&issuer.claims(json!({"jti": at.to_string()})))).collect()
    };
    let ask_all = async |tokens: &[String]| join_all(tokens.iter().map(|token| app.ask(token))).await;

    assert!(ask_all(&many(&one)).await.iter().all(|status| *status == 200));
    assert_eq!(issuer.asked(), 1, "the first fetch is one for all");

    issuer.publish(vec![one.jwk(), other.jwk()]);
    assert!(ask_all(&many(&other)).await.iter().all(|status| *status == 401));
    assert_eq!(issuer.asked(), 1, "an unknown key id asks again only after a while");

    app.wait(31);
    assert!(ask_all(&many(&other)).await.iter().all(|status| *status == 200));
    assert_eq!(issuer.asked(), 2, "and then once for all");
}

#[tokio::test]
async fn a_key_that_is_gone_verifies_nothing_any_more() {
    let (old, new) = (Key::new("old"), Key::new("new"));
    let issuer = Issuer::start(&[&old]).await;
    let app = SmallApp::trusting(&issuer).await;
    let token = |key: &Key, jti: &str| key.sign(&issuer.claims(json!({"jti": jti, "exp": now() + 7200})));
    let remembered = token(&old, "remembered");
    assert_eq!(app.ask(&remembered).await, 200);

    issuer.publish(vec![new.jwk()]);
    app.wait(31);
    assert_eq!(app.ask(&token(&new, "a")).await, 200, "the set was fetched again");
    assert_eq!(app.ask(&token(&old, "b")).await, 401, "a token of the old key is refused");
    assert_eq!(app.ask(&remembered).await, 401, "also one that was found good before");
}

#[tokio::test]
async fn an_issuer_that_cannot_answer_keeps_its_keys_or_is_unavailable() {
    let key = Key::new("one");
    let issuer = Issuer::start(&[&key]).await;
    let token = |jti: &str| key.sign(&issuer.claims(json!({"jti": jti, "exp": now() + 7200})));
    let (knows, new) = (SmallApp::trusting(&issuer).await, SmallApp::trusting(&issuer).await);
    assert_eq!(knows.ask(&token("a")).await, 200);
    issuer.break_down();
    knows.wait(3600);
    assert_eq!(knows.ask(&token("b")).await, 200, "the old keys stay");
    assert_eq!(new.ask(&token("c")).await, 503, "not knowing is not denying");

    let portal = Portal::start(PortalOptions::default().with_config(&issuer.config(CLAIMS)));
    let answer = Visitor::bearer(&portal, &token("d")).get("/api/o/acme/invoices").await;
    assert_refused(&answer, 503, "unavailable");
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn a_key_that_cannot_be_read_leaves_the_others() {
    let key = Key::new("one");
    let issuer = Issuer::start(&[]).await;
    let shared_secret = URL_SAFE_NO_PAD.encode("a secret that everybody can read");
    let mut for_encryption = Key::new("enc").jwk();
    for_encryption["use"] = json!("enc");
    let bad = [
        json!({"kty": "EC", "crv": "P-256", "kid": "broken", "x": "AA", "y": "AA"}),
        json!({"kty": "RSA", "kid": "half", "n": "AQAB"}),
        json!({"kty": "what", "kid": "unknown"}),
        json!({"kty": "oct", "kid": "oct", "alg": "HS256", "k": shared_secret}),
        json!("no key at all"),
        for_encryption,
    ];
    issuer.publish(bad.into_iter().chain([key.jwk()]).collect());
    let app = Arc::new(SmallApp::trusting(&issuer).await);
    assert_eq!(app.ask(&key.sign(&issuer.claims(json!({})))).await, 200);

    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("oct".to_owned());
    let secret = EncodingKey::from_secret(b"a secret that everybody can read");
    let forged = jsonwebtoken::encode(&header, &issuer.claims(json!({})), &secret).unwrap();
    assert_eq!(app.ask(&forged).await, 401, "a published secret is no secret");
}

const CLAIMS: &str =
    r#"{ roles = "roles", permissions = "permissions", organizations = "organizations", organization = "org" }"#;

const SECRET: &str = "a-secret-of-the-robot-that-is-long-enough";

/// A robot, a twin of finance in acme, and a program on somebody's desk.
const CLIENTS: &str = r#"
[[clients]]
client_id = "robot"
client_secret = "a-secret-of-the-robot-that-is-long-enough"
grant_types = ["client_credentials"]
permissions = { acme = ["invoices:view"], globex = ["tickets:view"] }

[[clients]]
client_id = "twin"
client_secret = "a-secret-of-the-robot-that-is-long-enough"
grant_types = ["client_credentials"]

[clients.permissions]
acme = [
    "invoices:view", "invoices:pay", "invoices:download", "tickets:view", "tickets:create", "services:view",
    "orders:view", "notifications:view", "notifications:mark_read", "members:view", "settings:view",
]

[[clients]]
client_id = "desktop"
redirect_uris = ["http://127.0.0.1:9/back"]
grant_types = ["authorization_code"]
scopes = ["openid", "email", "profile"]
first_party = true
"#;
