//! Modes 2 and 3 at once: a client of ours (npm `openid-client`) asks who somebody is, and they sign in at a server of
//! others (npm `oidc-provider`) in the middle of that.

use http::Method;
use portcullis_tests::form::Form;
use portcullis_tests::{Answer, OidcProvider, OpenIdClient, Portal, PortalOptions, Visitor, free_port::free_port};
use serde_json::{Value, json};
use url::Url;

use crate::{
    back_channel_logout::Listener,
    browser::{BACK, walk, walk_to},
};

const FINANCE: &str = "finance@acme.example";
const OWNER: &str = "owner@acme.example";

/// A portal whose people may sign in at the peer, and a client that asks the portal who they are.
struct Scene {
    peer: OidcProvider,
    portal: Portal,
    client: OpenIdClient,
}

impl Scene {
    async fn set() -> Self {
        Self::with_client("").await
    }

    /// The client's registration with something more.
    async fn with_client(more: &str) -> Self {
        let port = free_port();
        let home = format!("http://127.0.0.1:{port}");
        let registration = json!({
            "redirect_uris": [format!("{home}/auth/callback/peer"), format!("{home}/oauth/upstream/peer")],
            "backchannel_logout_uri": format!("{home}/auth/backchannel-logout/peer"),
            "backchannel_logout_session_required": true,
        });
        let peer = OidcProvider::start_for(&registration, &json!({}));
        let config = format!(
            r#"
            [[identity_providers]]
            id = "peer"
            label = "The peer"
            issuer = "{}"
            client_id = "{}"
            client_secret = "{}"
            scopes = ["email", "profile"]
            organization = "acme"
            roles = ["FINANCE"]

            [[clients]]
            client_id = "ledger"
            client_name = "Ledger"
            redirect_uris = ["{BACK}"]
            scopes = ["openid", "email", "offline_access", "invoices:view"]
            {more}
            "#,
            peer.issuer(),
            OidcProvider::CLIENT_ID,
            OidcProvider::CLIENT_SECRET,
        );
        let portal = Portal::start(PortalOptions::default().at_port(port).with_config(&config));
        let client = OpenIdClient::start();
        client.step("discover", &json!({"issuer": portal.base(), "client_id": "ledger"})).await;
        Self { peer, portal, client }
    }

    /// The client's request, as far as the portal's sign-in page.
    async fn page(&self, person: &Visitor, more: &Value) -> Answer {
        let mut request = json!({"redirect_uri": BACK, "scope": "openid email"});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let url = self.client.step("authorize", &request).await["url"].as_str().unwrap().to_owned();
        follow(person, &url).await
    }

    /// From the page to the peer and, as Ada over there, to the address that leads back.
    async fn there(&self, person: &Visitor, page: &Answer) -> Url {
        let sent = press(person, page, "peer").await;
        let to = sent.location().unwrap_or_else(|| panic!("{} {}", sent.status, sent.body));
        assert!(to.as_str().starts_with(self.peer.issuer()), "{to}");
        walk_to(person, to.as_str(), "ada", &self.portal.url("/oauth/upstream/peer")).await
    }
}

/// The page at the end of the redirects.
async fn follow(person: &Visitor, url: &str) -> Answer {
    let person = person.wanting_pages();
    let mut answer = person.get(url).await;
    while let Some(next) = answer.location() {
        answer = person.get(next.as_str()).await;
    }
    answer
}

/// Presses the button of a provider.
async fn press(person: &Visitor, page: &Answer, provider: &str) -> Answer {
    let form = Form::all(&page.body).into_iter().find(|form| form.action == "/oauth/upstream").unwrap();
    post(person, page, &form.action, &form.filled(&[("provider", provider)])).await
}

async fn post(person: &Visitor, page: &Answer, action: &str, fields: &[(String, String)]) -> Answer {
    let target = page.url.join(action).unwrap();
    person.send(person.wanting_pages().request(Method::POST, target.as_str()).form(fields)).await
}

/// The sign-in form of the page, filled in.
fn sign_in_form(page: &Answer, email: &str, password: &str) -> Vec<(String, String)> {
    let form = Form::all(&page.body).into_iter().find(|form| form.password.is_some()).unwrap();
    form.filled(&[("email", email), ("password", password)])
}

#[tokio::test]
async fn a_client_s_person_signs_in_at_the_peer_and_comes_back_into_the_request() {
    let scene = Scene::set().await;
    let person = Visitor::anonymous(&scene.portal);
    let more = json!({"scope": "openid email invoices:view", "organization": "acme", "max_age": 300});
    let page = scene.page(&person, &more).await;
    assert!(page.body.contains("Ledger") && page.body.contains("Continue with The peer"), "{}", page.body);
    let back = scene.there(&person, &page).await;
    let query: std::collections::HashMap<_, _> = back.query_pairs().into_owned().collect();
    assert!(query["iss"] == scene.peer.issuer() && query.contains_key("state"), "{query:?}");

    let question = follow(&person, back.as_str()).await;
    assert!(question.body.contains("Allow Ledger?") && question.body.contains("ada@idp.example"), "{}", question.body);
    let home = walk(&person, question.url.as_str(), "nobody").await;
    let tokens = scene.client.step("callback", &json!({"url": home, "max_age": 300})).await;
    let claims = &tokens["claims"];
    assert_eq!((&claims["email"], &claims["acr"]), (&json!("ada@idp.example"), &json!("urn:portcullis:acr:1")));
    assert_eq!(claims["email_verified"], true, "the peer vouches for it");
    let (at, issued) = (claims["auth_time"].as_i64().unwrap(), claims["iat"].as_i64().unwrap());
    assert!(at <= issued && issued - at < 60, "when she signed on over there: {claims}");
    let invoices = json!({"url": scene.portal.url("/api/o/acme/invoices")});
    assert_eq!(scene.client.step("fetch", &invoices).await["status"], 200, "a member by the peer's word");

    // She is signed on here now: the next request asks nothing.
    let request = json!({"redirect_uri": BACK, "scope": "openid email", "organization": "acme"});
    let url = scene.client.step("authorize", &request).await;
    let again = person.wanting_pages().get(url["url"].as_str().unwrap()).await.location().unwrap();
    assert!(again.as_str().starts_with(BACK) && again.query().unwrap().contains("code="), "{again}");
}

#[tokio::test]
async fn another_browser_cannot_take_the_callback_and_a_state_counts_once() {
    let scene = Scene::set().await;
    let (person, thief) = (Visitor::anonymous(&scene.portal), Visitor::anonymous(&scene.portal));
    let page = scene.page(&person, &json!({})).await;
    let back = scene.there(&person, &page).await;
    scene.page(&thief, &json!({})).await;
    let refused = thief.wanting_pages().get(back.as_str()).await;
    assert_eq!((refused.status.as_u16(), refused.location()), (400, None), "{}", refused.body);
    assert_eq!(scene.peer.count("granted authorization_code").await, 0, "the code is not even used");

    let forged = back.as_str().replace("state=", "state=x");
    assert_eq!(person.wanting_pages().get(&forged).await.status, 400);
    let landed = person.wanting_pages().get(back.as_str()).await;
    assert!(landed.location().unwrap().path().ends_with("/oauth/consent"), "{:?}", landed.location());
    let replayed = person.wanting_pages().get(back.as_str()).await;
    assert_eq!((replayed.status.as_u16(), replayed.location()), (400, None), "{}", replayed.body);
    assert_eq!(scene.peer.count("granted authorization_code").await, 1);
}

#[tokio::test]
async fn who_cancels_there_is_back_on_the_page_and_nothing_is_lost() {
    let scene = Scene::set().await;
    let person = Visitor::anonymous(&scene.portal);
    let page = scene.page(&person, &json!({})).await;
    let sent = press(&person, &page, "peer").await;
    let there = follow(&person, sent.location().unwrap().as_str()).await;
    let abort = there.body.split('"').find(|piece| piece.ends_with("/abort")).unwrap();
    let page = follow(&person, there.url.join(abort).unwrap().as_str()).await;
    assert_eq!((page.status.as_u16(), page.url.path()), (200, "/oauth/login"), "{}", page.body);
    assert!(page.body.contains("You did not agree there"), "{}", page.body);

    let answer = post(&person, &page, "/oauth/login", &sign_in_form(&page, FINANCE, "portcullis-demo")).await;
    let home = walk(&person, answer.location().unwrap().as_str(), FINANCE).await;
    let tokens = scene.client.step("callback", &json!({"url": home})).await;
    assert_eq!(tokens["claims"]["email"], FINANCE);
}

#[tokio::test]
async fn who_has_to_sign_in_anew_does_so_at_the_peer_too() {
    let scene = Scene::set().await;
    let person = Visitor::anonymous(&scene.portal);
    let page = scene.page(&person, &json!({})).await;
    let back = scene.there(&person, &page).await;
    follow(&person, back.as_str()).await;

    // The peer knows her: it asks for nothing, unless the client wants her to sign in again.
    for (more, silent) in [(json!({"prompt": "login"}), false), (json!({"prompt": "select_account"}), true)] {
        let page = scene.page(&person, &more).await;
        let sent = press(&person, &page, "peer").await.location().unwrap();
        let query: std::collections::HashMap<_, _> = sent.query_pairs().into_owned().collect();
        assert_eq!(query["prompt"], more["prompt"].as_str().unwrap());
        if silent {
            continue;
        }
        let there = follow(&person, sent.as_str()).await;
        assert!(Form::all(&there.body).iter().any(|form| form.password.is_some()), "asks again: {}", there.body);
        let back = walk_to(&person, there.url.as_str(), "ada", &scene.portal.url("/oauth/upstream/peer")).await;
        let landed = person.wanting_pages().get(back.as_str()).await;
        assert!(landed.location().unwrap().path().ends_with("/oauth/consent"), "{} {}", landed.status, landed.body);
    }
    let none =
        scene.client.step("authorize", &json!({"redirect_uri": BACK, "scope": "openid", "prompt": "none"})).await;
    let stranger = Visitor::anonymous(&scene.portal).wanting_pages().get(none["url"].as_str().unwrap()).await;
    let told = stranger.location().unwrap();
    assert!(told.as_str().starts_with(BACK) && told.query().unwrap().contains("error=login_required"), "{told}");
}

#[tokio::test]
async fn a_peer_that_is_down_is_503_and_the_request_waits() {
    let Scene { peer, portal, client } = Scene::set().await;
    let scene = Scene { peer, portal, client };
    let person = Visitor::anonymous(&scene.portal);
    let page = scene.page(&person, &json!({})).await;
    let Scene { peer, client, portal: _portal } = scene;
    drop(peer);
    let refused = press(&person, &page, "peer").await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, Some("5")), "{}", refused.body);
    assert!(refused.body.contains("cannot be reached"), "{}", refused.body);
    let answer = post(&person, &refused, "/oauth/login", &sign_in_form(&refused, FINANCE, "portcullis-demo")).await;
    let home = walk(&person, answer.location().unwrap().as_str(), FINANCE).await;
    assert_eq!(client.step("callback", &json!({"url": home})).await["claims"]["email"], FINANCE);
}

#[tokio::test]
async fn a_sign_out_at_the_peer_ends_the_sign_on_here_and_the_client_is_told() {
    let mut listener = Listener::start().await;
    let uri = format!("backchannel_logout_uri = \"{}\"", listener.uri);
    let scene = Scene::with_client(&uri).await;
    let person = Visitor::anonymous(&scene.portal);
    let page = scene.page(&person, &json!({"scope": "openid email offline_access"})).await;
    let back = scene.there(&person, &page).await;
    let home = walk(&person, back.as_str(), "ada").await;
    let tokens = scene.client.step("callback", &json!({"url": home})).await;

    let page = person.wanting_pages().get(&format!("{}/session/end", scene.peer.issuer())).await;
    let form = Form::all(&page.body).into_iter().find(|form| form.is_post).unwrap();
    post(&person, &page, &form.action, &form.filled(&[("logout", "yes")])).await;
    assert_eq!(scene.peer.count(&format!("told {}", OidcProvider::CLIENT_ID)).await, 1, "{}", scene.peer.log());

    let logout_token = listener.token().await;
    assert_eq!(claims(&logout_token)["sid"], tokens["claims"]["sid"]);
    let dead = scene.client.try_step("refresh", &json!({})).await.unwrap_err();
    assert_eq!(dead["oauth"]["error"], "invalid_grant", "{dead}");
    let asked = scene.page(&person, &json!({})).await;
    assert_eq!(asked.url.path(), "/oauth/login", "the sign-on is over: {}", asked.url);
}

fn claims(token: &str) -> Value {
    use base64::Engine;
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[tokio::test]
async fn an_address_leads_to_its_organization_s_provider_and_no_password_does_where_that_is_forced() {
    let scene = Scene::set().await;
    let owner = Visitor::signed_in(&scene.portal, OWNER).await;
    let session = owner.get("/auth/session?org=acme").await.json();
    let id = format!("enterprise-{}", session["organization"]["id"].as_str().unwrap());
    let redirect_uris = [scene.portal.url(&format!("/oauth/upstream/{id}"))];
    let accounts = json!({"ada@acme.example": {"roles": ["staff"]}});
    let own = OidcProvider::start_with(&[&redirect_uris[0]], &[], &accounts);
    let settings = [
        ("issuer", own.issuer()),
        ("client_id", OidcProvider::CLIENT_ID),
        ("client_secret", OidcProvider::CLIENT_SECRET),
        ("claim", "roles"),
        ("roles", "staff = FINANCE"),
        ("just_in_time", "yes"),
        ("forced", "yes"),
    ];
    let saved = owner.post_form("/account/o/acme/sign-on", &settings).await;
    assert!(saved.body.contains(&format!("/oauth/upstream/{id}")), "which address to register: {}", saved.body);
    owner.post_form("/account/o/acme/sign-on/domains", &[("domain", "acme.example")]).await;
    owner.post_form("/account/o/acme/sign-on/domains/acme.example/confirm", &[("", "")]).await;

    let person = Visitor::anonymous(&scene.portal);
    let more = json!({"scope": "openid email invoices:view", "organization": "acme"});
    let page = scene.page(&person, &more).await;
    let refused = post(&person, &page, "/oauth/login", &sign_in_form(&page, FINANCE, "portcullis-demo")).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(refused.body.contains("own provider"), "{}", refused.body);
    let nobodys = post(&person, &page, "/oauth/upstream", &sign_in_form(&page, "ada@nowhere.example", "")).await;
    assert_eq!(nobodys.status, 422, "{}", nobodys.body);

    let sent = post(&person, &page, "/oauth/upstream", &sign_in_form(&page, "ada@acme.example", "")).await;
    let to = sent.location().unwrap();
    assert!(to.as_str().starts_with(own.issuer()) && to.query().unwrap().contains("login_hint=ada%40acme"), "{to}");
    let home = walk(&person, to.as_str(), "ada@acme.example").await;
    scene.client.step("callback", &json!({"url": home})).await;
    let invoices = json!({"url": scene.portal.url("/api/o/acme/invoices")});
    assert_eq!(scene.client.step("fetch", &invoices).await["status"], 200, "the role of her group");
    let breaks_the_glass = Visitor::anonymous(&scene.portal);
    let page = scene.page(&breaks_the_glass, &json!({})).await;
    let answer = post(&breaks_the_glass, &page, "/oauth/login", &sign_in_form(&page, OWNER, "portcullis-demo")).await;
    assert!(answer.location().is_some(), "{} {}", answer.status, answer.body);
}
