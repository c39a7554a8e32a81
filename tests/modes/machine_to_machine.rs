//! Mode 7: a service acts for itself.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portcullis_tests::{OpenIdClient, Portal, PortalOptions, Visitor, free_port::free_port};
use serde_json::{Value, json};

use crate::browser::{BACK, walk};

const SECRET: &str = "secret-of-the-robot-which-is-long";

const CLIENTS: &str = r#"
[[clients]]
client_id = "robot"
client_secret = "secret-of-the-robot-which-is-long"
grant_types = ["client_credentials"]
permissions = { acme = ["invoices:view"] }
"#;

#[tokio::test]
async fn a_service_does_what_it_was_given_and_nothing_else() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    for auth in ["client_secret_basic", "client_secret_post"] {
        let client = OpenIdClient::start();
        let how = json!({"issuer": portal.base(), "client_id": "robot", "auth": auth, "client_secret": SECRET});
        client.step("discover", &how).await;
        client.step("client_credentials", &json!({"parameters": {"organization": "acme"}})).await;
        let invoices = json!({"url": portal.url("/api/o/acme/invoices")});
        assert_eq!(client.step("fetch", &invoices).await["status"], 200);
        let tickets = json!({"url": portal.url("/api/o/acme/tickets")});
        assert!(!client.try_step("fetch", &tickets).await.is_ok_and(|answer| answer["status"] == 200));
    }
}

#[tokio::test]
async fn a_wrong_secret_brings_nothing() {
    let portal = Portal::start(PortalOptions::default().with_config(CLIENTS));
    let client = OpenIdClient::start();
    let wrong = "secret-of-somebody-else-as-long-as";
    let how = json!({
        "issuer": portal.base(), "client_id": "robot", "auth": "client_secret_basic", "client_secret": wrong,
    });
    client.step("discover", &how).await;
    let refused = client.try_step("client_credentials", &json!({})).await.unwrap_err();
    assert_eq!(
        (&refused["status"], &refused["code"]),
        (&json!(401), &json!("OAUTH_WWW_AUTHENTICATE_CHALLENGE")),
        "{refused}"
    );
}

#[tokio::test]
async fn a_service_proves_itself_by_a_key_and_acts_on_for_a_person() {
    let (key, port) = (signing_key(), free_port());
    let clients = format!(
        r#"
        [[clients]]
        client_id = "robot"
        grant_types = ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"]
        resources = ["http://127.0.0.1:{port}"]
        first_party = true
        jwks = {{ keys = [{{ kty = "EC", crv = "P-256", kid = "one", use = "sig", alg = "ES256", x = {}, y = {} }}] }}
        permissions = {{ acme = ["invoices:view"] }}

        [[clients]]
        client_id = "desk"
        redirect_uris = ["http://127.0.0.1:9/back"]
        first_party = true
        "#,
        key["x"], key["y"]
    );
    let portal = Portal::start(PortalOptions::default().at_port(port).with_config(&clients));
    let robot = OpenIdClient::start();
    let how = json!({"issuer": portal.base(), "client_id": "robot", "auth": "private_key_jwt", "private_jwk": key});
    robot.step("discover", &how).await;
    robot.step("client_credentials", &json!({"parameters": {"organization": "acme"}})).await;
    assert_eq!(robot.step("fetch", &json!({"url": portal.url("/api/o/acme/invoices")})).await["status"], 200);

    let desk = OpenIdClient::start();
    desk.step("discover", &json!({"issuer": portal.base(), "client_id": "desk"})).await;
    let url = desk.step("authorize", &json!({"redirect_uri": BACK, "scope": "openid org:acme"})).await;
    let back = walk(&Visitor::anonymous(&portal), url["url"].as_str().unwrap(), "finance@acme.example").await;
    let subject = desk.step("callback", &json!({"url": back})).await;

    let exchange = json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "parameters": {
            "subject_token": subject["access_token"],
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        },
    });
    let acting = robot.step("grant", &exchange).await["access_token"].as_str().unwrap().to_owned();
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(acting.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!((&claims["sub"], &claims["act"]["sub"]), (&subject["claims"]["sub"], &json!("robot")));
    assert_eq!(Visitor::bearer(&portal, &acting).get("/api/o/acme/invoices").await.status, 200);
    let refused = desk.try_step("grant", &exchange).await.unwrap_err();
    assert_eq!(refused["oauth"]["error"], "unauthorized_client", "not everybody may: {refused}");
}

/// An ES256 key as a JWK, the private part with it.
fn signing_key() -> Value {
    use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = pair.public_key().as_ref();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let secret: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().unwrap();
    json!({
        "kty": "EC", "crv": "P-256", "kid": "one", "alg": "ES256",
        "x": text(&point[1..33]), "y": text(&point[33..]), "d": text(secret.as_ref()),
    })
}
