//! The configuration: what cannot work stops the start, and the message names the key.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http::Method;
use portcullis_tests::{Portal, PortalOptions, Visitor};

use crate::house::OWNER;

#[track_caller]
fn assert_refuses(options: PortalOptions, key: &str) {
    let said = Portal::refuse(options);
    assert!(said.contains(key), "`{key}` is not named in:\n{said}");
    assert!(said.contains("the portal did not start"), "{said}");
}

fn with(toml: &str) -> PortalOptions {
    PortalOptions::default().with_config(toml)
}

fn variable(name: &str, value: &str) -> PortalOptions {
    PortalOptions::default().with_variable(&format!("PORTCULLIS__{name}"), value)
}

#[test]
fn unknown_keys() {
    assert_refuses(with("[server]\nport = 3000\n"), "port");
    assert_refuses(with("[sesions]\nidle = 60\n"), "sesions");
    assert_refuses(with("[[clients]]\nclient_id = \"x\"\ncolour = \"red\"\n"), "colour");
    assert_refuses(with("[[trusted_issuers]]\nissuer = \"https://x.example\"\naudience = \"a\"\nkeys = 1\n"), "keys");
    assert_refuses(variable("SERVER__PORT", "3000"), "port");
}

#[test]
fn missing_keys_and_secrets() {
    let elsewhere = PortalOptions::default().with_database("postgres://nobody@127.0.0.1:9/nothing");
    assert_refuses(elsewhere, "secrets.key");
    assert_refuses(variable("SECRETS__KEY", "short"), "secrets.key");
    assert_refuses(with("[[clients]]\nclient_secret = \"x\"\n"), "client_id");
    assert_refuses(with("[[trusted_issuers]]\nissuer = \"https://x.example\"\n"), "audience");
    assert_refuses(with("[[trusted_issuers]]\nissuer = \"https://x.example\"\naudience = \" \"\n"), "audience");
    let provider = "[[identity_providers]]\nid = \"x\"\nissuer = \"https://x.example\"\nclient_id = \"y\"\n";
    assert_refuses(with(&format!("{provider}grants = [\"remote\"]\n")), "identity_providers[0].remote");
}

#[test]
fn values_that_cannot_work() {
    assert_refuses(variable("SERVER__ADDR", "nonsense"), "server.addr");
    assert_refuses(variable("SESSIONS__IDLE", "0"), "sessions.idle");
    assert_refuses(variable("SESSIONS__IDLE", "many"), "sessions.idle");
    assert_refuses(variable("SESSIONS__ABSOLUTE", "60"), "sessions.absolute");
    assert_refuses(variable("SESSIONS__STORE", "memcached://x"), "sessions.store");
    let elsewhere = variable("DATABASE__URL", "mysql://127.0.0.1/x");
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_refuses(elsewhere.with_variable("PORTCULLIS__SECRETS__KEY", key), "mysql");
    let provider = "[[identity_providers]]\nissuer = \"https://x.example\"\nclient_id = \"y\"\n";
    assert_refuses(with(&format!("{provider}id = \"local\"\n")), "identity_providers[0].id");
    assert_refuses(with(&format!("{provider}id = \"a/b\"\n")), "identity_providers[0].id");
    assert_refuses(with(&format!("{provider}id = \"x\"\nkind = \"saml\"\n")), "saml");
    assert_refuses(with(&format!("{provider}id = \"x\"\npushed_requests = \"sometimes\"\n")), "sometimes");
    let endpoint = "pushed_authorization_request_endpoint = \"https://x.example/par\"\n";
    let told = "identity_providers[0].pushed_authorization_request_endpoint";
    assert_refuses(with(&format!("{provider}id = \"x\"\n{endpoint}")), told);
    let plain = format!("{provider}id = \"x\"\nkind = \"oauth2\"\n{}", endpoints("https"));
    assert_refuses(with(&format!("{plain}pushed_requests = \"always\"\n")), told);
    let service = format!("[[connections]]\nid = \"x\"\nclient_id = \"y\"\n{}", endpoints("https"));
    let service = service.replace("userinfo_endpoint", "revocation_endpoint");
    let told = "connections[0].pushed_authorization_request_endpoint";
    assert_refuses(with(&format!("{service}pushed_requests = \"always\"\n")), told);
    let issuer = "[[trusted_issuers]]\nissuer = \"https://x.example\"\naudience = \"a\"\n";
    assert_refuses(with(&format!("{issuer}algorithms = [\"HS256\"]\n")), "trusted_issuers[0].algorithms");
    assert_refuses(with(&format!("{issuer}algorithms = [\"none\"]\n")), "trusted_issuers[0].algorithms");
    assert_refuses(with("[[clients]]\nclient_id = \"portal\"\n"), "clients[0].client_id");
    let client = "[[clients]]\nclient_id = \"x\"\nclient_secret = \"y\"\n";
    let unknown = with(&format!("{client}permissions = {{ nowhere = [] }}\n"));
    assert_refuses(unknown, "clients[0].permissions.nowhere");
    let misspelt = with(&format!("{client}permissions = {{ acme = [\"invoices:pya\"] }}\n"));
    assert_refuses(misspelt, "did you mean `invoices:pay`");
}

/// Endpoints of a server without metadata.
fn endpoints(scheme: &str) -> String {
    let names = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint"];
    names.map(|name| format!("{name} = \"{scheme}://x.example/{name}\"\n")).concat()
}

#[test]
fn what_would_be_unsafe() {
    let public = || variable("SERVER__ADDR", "0.0.0.0:0");
    assert_refuses(public().without_demo(), "server.public_url");
    let demo = public().with_variable("PORTCULLIS__SERVER__PUBLIC_URL", "https://portal.example");
    assert_refuses(demo, "seed.demo");
    assert_refuses(variable("SERVER__PUBLIC_URL", "http://portal.example"), "server.public_url");
    assert_refuses(variable("SERVER__PUBLIC_URL", "https://portal.example/below"), "server.public_url");
    assert_refuses(variable("SERVER__PUBLIC_URL", "ftp://127.0.0.1"), "server.public_url");
    let provider = "[[identity_providers]]\nid = \"x\"\nissuer = \"http://idp.example\"\nclient_id = \"y\"\n";
    assert_refuses(with(provider), "identity_providers[0].issuer");
    let issuer = "[[trusted_issuers]]\nissuer = \"http://idp.example\"\naudience = \"a\"\n";
    assert_refuses(with(issuer), "trusted_issuers[0].issuer");
    let keys = "[[trusted_issuers]]\nissuer = \"https://idp.example\"\naudience = \"a\"\njwks_uri = \"http://idp.example/jwks\"\n";
    assert_refuses(with(keys), "trusted_issuers[0].jwks_uri");
    let remote = "[[identity_providers]]\nid = \"x\"\nissuer = \"https://idp.example\"\nclient_id = \"y\"\n\
        grants = [\"remote\"]\nremote = { endpoint = \"http://rights.example/\" }\n";
    assert_refuses(with(remote), "identity_providers[0].remote.endpoint");
    let provider = "[[identity_providers]]\nid = \"x\"\nclient_id = \"y\"\nkind = \"oauth2\"\n";
    let pushed = "pushed_authorization_request_endpoint = \"http://x.example/par\"\n";
    let told = "identity_providers[0].pushed_authorization_request_endpoint";
    assert_refuses(with(&format!("{provider}{}{pushed}", endpoints("https"))), told);
    let service = "[[connections]]\nid = \"x\"\nissuer = \"https://x.example\"\nclient_id = \"y\"\n\
        profile_endpoint = \"http://x.example/me\"\n";
    assert_refuses(with(service), "connections[0].profile_endpoint");
}

#[tokio::test]
async fn a_variable_goes_over_the_file() {
    let file = "[server]\npublic_url = \"https://file.example\"\n";
    let options = with(file).with_variable("PORTCULLIS__SERVER__PUBLIC_URL", "https://variable.example");
    let portal = Portal::start(options.without_demo());
    let metadata = Visitor::anonymous(&portal).get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["issuer"], "https://variable.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_end_it_finishes_what_it_does_and_ends_well() {
    let mut portal = Portal::start(PortalOptions::default());
    let owner = Visitor::signed_in(&portal, OWNER).await;
    let stream = owner.request(Method::GET, "/auth/events?org=acme").send().await.unwrap();
    let under_way: Vec<_> = (0..20)
        .map(|_| {
            let owner = owner.wanting_pages();
            tokio::spawn(async move { owner.get("/o/acme/invoices").await.status })
        })
        .collect();
    // Until the first is answered, so that all are under way.
    while !under_way.iter().any(tokio::task::JoinHandle::is_finished) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let told = Instant::now();
    tokio::task::spawn_blocking(move || portal.stop()).await.unwrap();
    assert!(told.elapsed() < Duration::from_secs(10), "an open page does not keep it from ending");
    for status in join_all(under_way).await {
        assert_eq!(status.unwrap(), 200);
    }
    drop(stream);
}
