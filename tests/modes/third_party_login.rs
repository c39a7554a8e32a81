//! Mode 2: people sign in here at a server written by others, by OpenID Connect and by plain OAuth 2.0.

use portcullis_tests::{Answer, OidcProvider, Portal, PortalOptions, Visitor, free_port::free_port, sign_in};
use serde_json::{Value, json};

/// A local account of the demo.
const FINANCE: &str = "finance@acme.example";

/// A portal where people may sign in at one server in two ways: found by discovery, and told by its endpoints.
fn beside_a_peer(accounts: &Value) -> (OidcProvider, Portal) {
    beside_a_strict_peer(&[], &json!({}), "", accounts)
}

/// The same at a peer that demands something, with more in the metadata of its client and in both configurations.
fn beside_a_strict_peer(demands: &[&str], client: &Value, more: &str, accounts: &Value) -> (OidcProvider, Portal) {
    let port = free_port();
    let callback = |id: &str| format!("http://127.0.0.1:{port}/auth/callback/{id}");
    let mut metadata = json!({"redirect_uris": [callback("peer"), callback("plain")]});
    metadata.as_object_mut().unwrap().extend(client.as_object().unwrap().clone());
    let peer = OidcProvider::start_demanding(demands, &metadata, accounts);
    let (issuer, client, secret) = (peer.issuer(), OidcProvider::CLIENT_ID, OidcProvider::CLIENT_SECRET);
    let config = format!(
        r#"
        [[identity_providers]]
        id = "peer"
        issuer = "{issuer}"
        client_id = "{client}"
        client_secret = "{secret}"
        scopes = ["email", "profile"]
        {more}

        [[identity_providers]]
        id = "plain"
        kind = "oauth2"
        authorization_endpoint = "{issuer}/auth"
        token_endpoint = "{issuer}/token"
        pushed_authorization_request_endpoint = "{issuer}/request"
        userinfo_endpoint = "{issuer}/me"
        client_id = "{client}"
        client_secret = "{secret}"
        scopes = ["openid", "email", "profile"]
        {more}
        "#
    );
    let portal = Portal::start(PortalOptions::default().at_port(port).with_config(&config));
    (peer, portal)
}

/// Somebody who signs in from a browser of their own, and what the portal knows of them.
async fn person(portal: &Portal, provider: &str, name: &str) -> (Visitor, Value) {
    let visitor = Visitor::anonymous(portal);
    sign_in::by_password(&visitor, provider, name, "anything").await;
    let session = visitor.get("/auth/session").await.json();
    (visitor, session["user"].clone())
}

#[tokio::test]
async fn one_server_spoken_to_in_two_ways_knows_two_people() {
    let accounts = json!({"ada": {"email": FINANCE, "name": "Ada"}});
    let (_peer, portal) = beside_a_peer(&accounts);
    let (found, ada) = person(&portal, "peer", "ada").await;
    let (_, plain) = person(&portal, "plain", "ada").await;
    for someone in [&ada, &plain] {
        assert_eq!((&someone["email"], &someone["name"]), (&json!(FINANCE), &json!("Ada")));
    }
    let local = Visitor::signed_in(&portal, FINANCE).await.get("/auth/session").await.json()["user"].clone();
    let ids = [&ada["id"], &plain["id"], &local["id"]];
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "an equal address links nobody: {ids:?}");
    assert_eq!(found.get("/api/o/acme/invoices").await.status, 404, "and opens nothing");

    let (_, again) = person(&portal, "peer", "ada").await;
    let (_, plain_again) = person(&portal, "plain", "ada").await;
    assert_eq!((&again["id"], &plain_again["id"]), (ids[0], ids[1]), "issuer and subject do");
}

#[tokio::test]
async fn a_later_login_takes_over_name_and_address() {
    let (peer, portal) = beside_a_peer(&json!({}));
    for provider in ["peer", "plain"] {
        let name = format!("ada-of-{provider}");
        let (_, before) = person(&portal, provider, &name).await;
        assert_eq!(before["email"], format!("{name}@idp.example"));
        let married = json!({"email": format!("{name}@new.example"), "name": "Ada King"});
        peer.set_accounts(&json!({ name.as_str(): married })).await;
        let (_, after) = person(&portal, provider, &name).await;
        assert_eq!(after["id"], before["id"]);
        assert_eq!((&after["email"], &after["name"]), (&married["email"], &married["name"]));
    }
}

#[tokio::test]
async fn who_cancels_there_is_back_at_the_sign_in_page() {
    let (_peer, portal) = beside_a_peer(&json!({}));
    for provider in ["peer", "plain"] {
        let visitor = Visitor::anonymous(&portal).wanting_pages();
        let page =
            follow(&visitor, visitor.get(&format!("/auth/login?provider={provider}&return_to=/o/acme")).await).await;
        let (_, link) = page.body.split_once("href=\"").filter(|(_, rest)| rest.contains("/abort")).unwrap();
        let link = link.split('"').find(|piece| piece.ends_with("/abort")).unwrap();
        let back = follow(&visitor, visitor.get(page.url.join(link).unwrap().as_str()).await).await;
        assert_eq!((back.status.as_u16(), back.url.path()), (200, "/sign-in"), "{}", back.body);
        assert_eq!(back.url.query(), Some("error=access_denied&return_to=%2Fo%2Facme"));
        assert!(back.body.contains("/auth/login?provider=peer"), "another choice can be made: {}", back.body);
        assert_eq!(visitor.get("/auth/session").await.json(), json!({"authenticated": false}));
    }
}

/// What a client has to do at the strictest of servers.
const STRICT: [&str; 2] = ["pushed-requests", "dpop-nonce"];

#[tokio::test]
async fn at_a_strict_server_requests_are_pushed_and_tokens_bound() {
    let client = json!({"dpop_bound_access_tokens": true});
    let more = "pushed_requests = \"if-offered\"\ndpop = true";
    let (peer, portal) = beside_a_strict_peer(&STRICT, &client, more, &json!({}));
    for (number, provider) in ["peer", "plain"].into_iter().enumerate() {
        let left = Visitor::anonymous(&portal).get(&format!("/auth/login?provider={provider}")).await;
        let to = left.location().unwrap();
        let sent: Vec<String> = to.query_pairs().map(|(name, _)| name.into_owned()).collect();
        assert_eq!((to.path(), sent.as_slice()), ("/auth", ["client_id", "request_uri"].map(str::to_owned).as_slice()));
        let (_, ada) = person(&portal, provider, "ada").await;
        assert_eq!(ada["email"], "ada@idp.example", "{provider}: {}", portal.log());
        assert_eq!(peer.count("pushed").await, 2 * (number + 1));
        assert_eq!(peer.count("bound token").await, number + 1);
    }
    assert_eq!(peer.count("bearer token").await, 0);
    // The nonces that the pushed requests brought were good for the codes too.
    assert_eq!(
        (peer.count("granted authorization_code").await, peer.count("refused authorization_code").await),
        (2, 0)
    );
}

#[tokio::test]
async fn a_server_that_demands_pushed_requests_gets_them_without_a_word() {
    let (peer, portal) = beside_a_strict_peer(&["pushed-requests"], &json!({}), "", &json!({}));
    let (_, ada) = person(&portal, "peer", "ada").await;
    assert_eq!((ada["email"].as_str(), peer.count("pushed").await), (Some("ada@idp.example"), 1));
    // By endpoints alone nothing is known of it, and the server refuses what the browser brings.
    let visitor = Visitor::anonymous(&portal).wanting_pages();
    let page = follow(&visitor, visitor.get("/auth/login?provider=plain").await).await;
    assert!(page.url.as_str().contains("error") || !page.status.is_success(), "{} {}", page.url, page.status);
    assert_eq!(peer.count("pushed").await, 1);
}

#[tokio::test]
async fn a_client_of_bound_tokens_signs_nobody_in_by_others() {
    let (peer, portal) = beside_a_strict_peer(&[], &json!({"dpop_bound_access_tokens": true}), "", &json!({}));
    let visitor = Visitor::anonymous(&portal);
    let answer = sign_in::attempt(&visitor, "peer", "ada", "anything").await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert_eq!(visitor.get("/auth/session").await.json(), json!({"authenticated": false}));
    assert_eq!((peer.count("bearer token").await, peer.count("refused authorization_code").await), (0, 1));
}

/// Follows redirects to the next page.
async fn follow(visitor: &Visitor, mut answer: Answer) -> Answer {
    while let Some(next) = answer.location() {
        answer = visitor.get(next.as_str()).await;
    }
    answer
}
