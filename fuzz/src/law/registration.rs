//! Client metadata (RFC 7591): what is registered is what was asked for, and nothing that reaches inside.

use axum::body::Body;
use http::Request;
use portcullis_provider::port::{Client, Clients, InitialAccess};
use serde_json::Value;
use url::{Host, Url};

use crate::{answer::ask, provider::House, runtime::block_on};

/// The input is the body.
pub fn registration(data: &[u8]) {
    block_on(async {
        let house = House::new().await;
        let access = InitialAccess { uses: 1, expires_at: house.now() + 60, may_act_for_itself: true };
        let token = house.provider.issue_initial_access_token(&access).await.unwrap();
        let request = Request::post("/oauth/register")
            .header("authorization", format!("Bearer {}", token.expose()))
            .header("content-type", "application/json");
        let answer = ask(&house.provider.router(), request.body(Body::from(data.to_vec())).unwrap()).await;
        if answer.status != 201 {
            return answer.assert_oauth_error();
        }
        // What is ignored may be what this parser cannot read.
        let Ok(asked) = serde_json::from_slice::<Value>(data) else { return };
        let told = answer.json();
        let client_id = told["client_id"].as_str().expect("a client has a name");
        let client = house.store.client(client_id).await.unwrap().expect("it is there");
        assert_modest(&client, &asked);
        assert_eq!(told["client_secret"].is_string(), told["client_secret_expires_at"].is_number(), "{answer:?}");
        assert!(told["registration_access_token"].is_string(), "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
    });
}

fn assert_modest(client: &Client, asked: &Value) {
    let asked_for = |member: &str| asked[member].as_array().cloned().unwrap_or_default();
    assert!(!client.first_party && client.resources.is_empty(), "{client:?}");
    assert_eq!(serde_json::json!(client.redirect_uris), Value::Array(asked_for("redirect_uris")));
    assert_eq!(
        serde_json::json!(client.post_logout_redirect_uris),
        Value::Array(asked_for("post_logout_redirect_uris"))
    );
    let native = asked["application_type"] == "native";
    for uri in client.redirect_uris.iter().chain(&client.post_logout_redirect_uris) {
        assert!(is_return_address(uri, native), "{uri}");
    }
    if let Some(uri) = &client.backchannel_logout_uri {
        let url = Url::parse(uri).unwrap();
        assert!(url.scheme() == "https" && matches!(url.host(), Some(Host::Domain(_))), "{uri}");
    }
    let open = ["openid", "email", "profile", "offline_access"];
    assert!(client.scopes.iter().all(|scope| open.contains(&scope.as_str())), "{client:?}");
}

fn is_return_address(uri: &str, native: bool) -> bool {
    let url = Url::parse(uri).unwrap();
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let good = match url.scheme() {
        "https" => url.has_host(),
        "http" => loopback,
        own => native && own.contains('.'),
    };
    plain && good
}
