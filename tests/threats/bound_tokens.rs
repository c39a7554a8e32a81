//! Tokens that are bound to a key (DPoP, RFC 9449), in the hands of somebody who has no key or an old proof.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{error, member, send};
use crate::key::{Key, now};

const INVOICES: &str = "/api/o/acme/invoices";

const ROBOT: &str = r#"
[[clients]]
client_id = "robot"
client_secret = "secret-of-the-robot-which-is-long"
grant_types = ["client_credentials"]
permissions = { acme = ["invoices:view"] }
"#;

/// A robot with a key, and the token that is bound to it.
struct Robot {
    portal: Portal,
    key: Key,
    token: String,
}

impl Robot {
    async fn start() -> Self {
        let portal = Portal::start(PortalOptions::default().with_config(ROBOT));
        let key = Key::new();
        let target = portal.url("/oauth/token");
        let answer = ask_for_token(&portal, &proof(&key, "POST", &target, json!({}))).await;
        assert_eq!(answer.json()["token_type"], "DPoP", "{}", answer.body);
        Self { token: member(&answer, "access_token"), portal, key }
    }

    /// A proof for the token, with some claims replaced.
    fn proof(&self, method: &str, target: &str, changes: Value) -> String {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, self.token.as_bytes());
        let mut claims = json!({"ath": URL_SAFE_NO_PAD.encode(digest)});
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        proof(&self.key, method, target, claims)
    }

    /// A proof for reading the invoices.
    fn good_proof(&self, changes: Value) -> String {
        self.proof("GET", &self.portal.url(INVOICES), changes)
    }

    /// Reads the invoices with the token under a scheme, with this proof beside it.
    async fn read(&self, scheme: &str, proof: Option<&str>) -> Answer {
        let authorization = format!("{scheme} {}", self.token);
        let mut headers = vec![("authorization", authorization.as_str())];
        headers.extend(proof.map(|proof| ("dpop", proof)));
        send(&Visitor::anonymous(&self.portal), Method::GET, INVOICES, &headers).await
    }

    /// Whether a proof opens the door.
    async fn opens(&self, proof: &str) -> bool {
        let answer = self.read("DPoP", Some(proof)).await;
        assert!(matches!(answer.status.as_u16(), 200 | 401), "{} {}", answer.status, answer.body);
        answer.status == 200
    }
}

fn proof(key: &Key, method: &str, target: &str, changes: Value) -> String {
    let mut claims = json!({"jti": Uuid::new_v4(), "htm": method, "htu": target, "iat": now()});
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    key.sign(&json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk()}), &claims)
}

async fn ask_for_token(portal: &Portal, proof: &str) -> Answer {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", "robot"),
        ("client_secret", "secret-of-the-robot-which-is-long"),
        ("organization", "acme"),
    ];
    let nobody = Visitor::anonymous(portal);
    nobody.send(nobody.request(Method::POST, "/oauth/token").header("dpop", proof).form(&fields)).await
}

/// RFC 9449 section 7.2: the binding is worth nothing where the token passes without a proof.
#[tokio::test]
async fn a_bound_token_opens_nothing_without_its_key() {
    let robot = Robot::start().await;
    assert!(robot.opens(&robot.good_proof(json!({}))).await);

    let good = robot.good_proof(json!({}));
    for (scheme, proof) in [("Bearer", None), ("Bearer", Some(good.as_str())), ("DPoP", None)] {
        let refused = robot.read(scheme, proof).await;
        let challenge = refused.header("www-authenticate").unwrap_or_default();
        assert_eq!(
            (refused.status.as_u16(), challenge.starts_with("DPoP error=")),
            (401, true),
            "{scheme} {challenge}"
        );
    }
    let thief = Key::new();
    let target = robot.portal.url(INVOICES);
    let digest = URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, robot.token.as_bytes()));
    assert!(!robot.opens(&proof(&thief, "GET", &target, json!({"ath": digest}))).await, "another key");
    assert!(!robot.opens(&robot.good_proof(json!({"ath": "another-token"}))).await);
    assert!(!robot.opens(&proof(&robot.key, "GET", &target, json!({}))).await, "a proof of no token");
    assert_eq!(robot.read("Bearer", None).await.code().as_deref(), Some("token-invalid"));
}

/// RFC 9449 section 4.3: both sides of `htu` are normalised, and nothing else is forgiven.
#[tokio::test]
async fn a_proof_is_for_one_target_however_that_is_spelled() {
    let robot = Robot::start().await;
    let base = robot.portal.base();
    for same in [
        format!("{base}{INVOICES}?state=open#top"),
        format!("{}{INVOICES}", base.replace("http", "HTTP")),
        format!("{base}/api/./o/acme/members/../invoices"),
        format!("{base}/api/o/acme/%69nvoices"),
    ] {
        assert!(robot.opens(&robot.proof("GET", &same, json!({}))).await, "{same}");
    }
    for other in [
        format!("{base}/api/o/acme/orders"),
        format!("{base}{INVOICES}/"),
        format!("{base}/API/o/acme/invoices"),
        format!("{base}/api/o/acme%2Finvoices"),
        format!("{}{INVOICES}", base.replace("http:", "https:")),
        format!("{}{INVOICES}", base.replace("127.0.0.1", "localhost")),
        format!("http://portal.evil.example{INVOICES}"),
        format!("{}{INVOICES}", base.replace("://", "://ann@")),
        INVOICES.to_owned(),
        String::new(),
    ] {
        assert!(!robot.opens(&robot.proof("GET", &other, json!({}))).await, "{other}");
    }
    for method in ["POST", "get", "GET "] {
        assert!(!robot.opens(&robot.proof(method, &robot.portal.url(INVOICES), json!({}))).await, "{method}");
    }
}

/// RFC 9449 section 11.1: a proof is remembered for as long as any clock would take it, not for its age alone.
#[tokio::test]
async fn a_proof_counts_once_within_the_skew_of_clocks_too() {
    let robot = Robot::start().await;
    for (age, opens) in [(0, true), (55, true), (-3, true), (75, false), (-30, false), (1_000_000, false)] {
        let proof = robot.good_proof(json!({"iat": now() - age}));
        assert_eq!(robot.opens(&proof).await, opens, "{age}");
        assert!(!robot.opens(&proof).await, "{age}: again");
    }
    for odd in [json!({"iat": null}), json!({"iat": "now"}), json!({"jti": null}), json!({"jti": ""})] {
        assert!(!robot.opens(&robot.good_proof(odd.clone())).await, "{odd}");
    }
    // The same name under another time is the same proof.
    assert!(robot.opens(&robot.good_proof(json!({"jti": "mine"}))).await);
    assert!(!robot.opens(&robot.good_proof(json!({"jti": "mine", "iat": now() - 1}))).await);

    // To its last second: it is over, or it is used.
    let old = robot.good_proof(json!({"iat": now() - 57}));
    assert!(robot.opens(&old).await);
    for _ in 0..12 {
        assert!(!robot.opens(&old).await, "never again");
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    // The token endpoint remembers too.
    let used = proof(&robot.key, "POST", &robot.portal.url("/oauth/token"), json!({"iat": now() + 3}));
    assert_eq!(ask_for_token(&robot.portal, &used).await.status, 200);
    let again = ask_for_token(&robot.portal, &used).await;
    assert_eq!(error(&again), (400, "invalid_dpop_proof".to_owned()));
}
