//! Discovery.

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::house::{House, ISSUER};

const GRANT_TYPES: &[&str] = &[
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];

#[tokio::test]
async fn metadata_ignores_the_host_header() {
    let house = House::new().await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let request = Request::get(path).header("host", "evil.example").header("x-forwarded-host", "evil.example");
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert!(!answer.body.contains("evil"));
        assert_eq!(answer.json()["issuer"], ISSUER);
    }
}

#[tokio::test]
async fn metadata_advertises_what_is_there() {
    let house = House::new().await;
    let metadata = house.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    assert_eq!(metadata["grant_types_supported"], json!(GRANT_TYPES));
    assert_eq!(
        metadata["introspection_endpoint_auth_methods_supported"],
        json!(["client_secret_basic", "client_secret_post", "private_key_jwt"])
    );
    assert_eq!(metadata["device_authorization_endpoint"], format!("{ISSUER}/oauth/device"));
    let endpoints = metadata.as_object().unwrap().iter();
    for (name, address) in endpoints.filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri") {
        let path = address.as_str().unwrap().strip_prefix(ISSUER).unwrap();
        assert_ne!(house.get(path).await.status.as_u16(), 404, "{name}");
    }
}
