//! Clients that register themselves.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use portcullis_provider::port::{Client, ClientAuthentication, Digest, InitialAccess};
use serde_json::{Value, json};

use crate::{
    client_assertion::{JWT_BEARER, assertion_claims},
    house::{ANN, Answer, CALLBACK, House, ISSUER, PASSWORD, SIGNED_OUT, VERIFIER, authorize, basic},
    signer::Signer,
};

/// A token that is good for so many clients, for an hour.
async fn initial(house: &House, uses: u32) -> String {
    let expires_at = house.time() + 3600;
    issue(house, InitialAccess { uses, expires_at, may_act_for_itself: false }).await
}

async fn issue(house: &House, access: InitialAccess) -> String {
    house.provider.issue_initial_access_token(&access).await.unwrap().expose().clone()
}

async fn send(house: &House, method: Method, path: &str, token: Option<&str>, body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    house.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// Registers good metadata with some members replaced; `null` leaves one out.
pub(crate) async fn register(house: &House, token: &str, changes: Value) -> Answer {
    send(house, Method::POST, "/oauth/register", Some(token), &metadata(&changes).to_string()).await
}

fn metadata(changes: &Value) -> Value {
    let mut metadata = json!({ "redirect_uris": [CALLBACK], "client_name": "A stranger", "scope": "openid email" });
    let members = metadata.as_object_mut().unwrap();
    members.extend(changes.as_object().cloned().unwrap_or_default());
    members.retain(|_, value| !value.is_null());
    metadata
}

/// The members of a registration that is expected to succeed.
async fn registered(house: &House, token: &str, changes: Value) -> Value {
    let answer = register(house, token, changes).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.json()
}

fn text<'a>(json: &'a Value, member: &str) -> &'a str {
    json[member].as_str().unwrap_or_else(|| panic!("no {member}: {json}"))
}

#[tokio::test]
async fn a_client_registers_and_signs_somebody_in() {
    let house = House::new().await;
    let token = initial(&house, 1).await;
    let answer = register(&house, &token, json!({ "post_logout_redirect_uris": [SIGNED_OUT], "logo_uri": 7 })).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::CREATED, "no-store"));
    let told = answer.json();
    let (client_id, secret) = (text(&told, "client_id"), text(&told, "client_secret"));
    assert_eq!((client_id.len(), secret.len()), (22, 43));
    assert!(client_id.parse::<portcullis_core::UserId>().is_err());
    assert_eq!(told["client_id_issued_at"], house.time());
    assert_eq!(told["client_secret_expires_at"], 0);
    for (member, value) in [
        ("application_type", json!("web")),
        ("client_name", json!("A stranger")),
        ("grant_types", json!(["authorization_code"])),
        ("post_logout_redirect_uris", json!([SIGNED_OUT])),
        ("redirect_uris", json!([CALLBACK])),
        ("response_types", json!(["code"])),
        ("scope", json!("email openid")),
        ("subject_type", json!("public")),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("logo_uri", json!(null)),
    ] {
        assert_eq!(told[member], value, "{member}");
    }
    // The secret is kept as a digest, and works.
    let client = house.client(client_id).await;
    let sha256 = Digest::of(secret).as_str().to_owned();
    assert_eq!(client.authentication, ClientAuthentication::Secret { sha256 });
    let code = code_of(&house, client_id, "openid email").await;
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let answer = house.post("/oauth/token", Some(&basic(client_id, "wrong")), &fields).await;
    assert_eq!(answer.error(), "invalid_client");
    let answer = house.post("/oauth/token", Some(&basic(client_id, secret)), &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

/// Signs Ann in at a third party, with her consent.
async fn code_of(house: &House, client_id: &str, scope: &str) -> String {
    let mut browser = house.browser();
    let form = browser.form(&[("client_id", client_id), ("scope", scope)]).await;
    let to = browser.submit(&form, ANN, PASSWORD).await.location().to_owned();
    let question = browser.get(&to).await;
    assert!(question.body.contains("A stranger"), "{}", question.body);
    browser.submit_consent(&question, "allow").await.at_client()["code"].clone()
}

#[tokio::test]
async fn a_registered_client_asks_for_consent() {
    let house = House::new().await;
    let told = registered(&house, &initial(&house, 1).await, json!({ "first_party": true })).await;
    assert!(told.get("first_party").is_none());
    let client = house.client(text(&told, "client_id")).await;
    assert!(!client.first_party);
    code_of(&house, &client.client_id, "openid").await;
}

#[tokio::test]
async fn registration_needs_an_initial_access_token() {
    let house = House::new().await;
    let good = metadata(&json!({})).to_string();
    let answer = send(&house, Method::POST, "/oauth/register", None, &good).await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
    let access_token = text(&house.tokens("openid").await, "access_token").to_owned();
    for wrong in ["wrong", &access_token] {
        let answer = register(&house, wrong, json!({})).await;
        let challenge = r#"Bearer error="invalid_token""#;
        assert_eq!((answer.status, answer.header("www-authenticate")), (StatusCode::UNAUTHORIZED, challenge));
    }
    // A stranger learns nothing about what is wrong with the body.
    assert_eq!(send(&house, Method::POST, "/oauth/register", None, "no json").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.get("/oauth/register").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn an_initial_access_token_is_used_up() {
    let house = House::new().await;
    let token = initial(&house, 2).await;
    let one = registered(&house, &token, json!({})).await;
    let two = registered(&house, &token, json!({})).await;
    assert_ne!(one["client_id"], two["client_id"]);
    assert_eq!(register(&house, &token, json!({})).await.status, StatusCode::UNAUTHORIZED);
    let last = initial(&house, 1).await;
    let (one, two) = tokio::join!(register(&house, &last, json!({})), register(&house, &last, json!({})));
    assert_eq!([one, two].iter().filter(|answer| answer.status == StatusCode::CREATED).count(), 1);
    let none = initial(&house, 0).await;
    assert_eq!(register(&house, &none, json!({})).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_initial_access_token_expires() {
    let house = House::new().await;
    let token = initial(&house, 2).await;
    house.wait(3599);
    registered(&house, &token, json!({})).await;
    house.wait(1);
    assert_eq!(register(&house, &token, json!({})).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_refused_registration_takes_no_use() {
    let house = House::new().await;
    let token = initial(&house, 1).await;
    for body in ["", "no json", "[]", "7", r#"{"redirect_uris": "x"}"#, r#"{"redirect_uris":[],"redirect_uris":[]}"#] {
        let answer = send(&house, Method::POST, "/oauth/register", Some(&token), body).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "invalid_client_metadata"), "{body}");
    }
    let form = Request::post("/oauth/register")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/x-www-form-urlencoded");
    let answer = house.send(form.body(Body::from("redirect_uris=x")).unwrap()).await;
    assert_eq!(answer.error(), "invalid_client_metadata");
    let answer = register(&house, &token, json!({ "client_name": "x".repeat(70 * 1024) })).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    registered(&house, &token, json!({})).await;
}

#[tokio::test]
async fn redirect_uris_are_checked() {
    let house = House::new().await;
    let token = initial(&house, 100).await;
    let private = "com.example.app:/callback";
    for (uris, native, good) in [
        (json!([CALLBACK, "http://127.0.0.1/cb", "http://[::1]:9/cb", "http://localhost:3000/cb"]), false, true),
        (json!([private]), true, true),
        (json!([private]), false, false),
        (json!(["myapp:/callback"]), true, false),
        (json!(["http://app.example/callback"]), true, false),
        (json!([CALLBACK, "https://app.example/#f"]), false, false),
        (json!(["javascript:alert(1)"]), true, false),
        (json!([format!("https://app.example/{}", "x".repeat(2000))]), false, false),
        (json!(vec![CALLBACK; 10]), false, true),
        (json!(vec![CALLBACK; 11]), false, false),
        (json!([]), false, false),
        (json!(null), false, false),
    ] {
        let application_type = if native { "native" } else { "web" };
        let changes = json!({ "redirect_uris": uris, "application_type": application_type });
        let answer = register(&house, &token, changes.clone()).await;
        let told = if good { (201, String::new()) } else { (400, "invalid_redirect_uri".to_owned()) };
        assert_eq!((answer.status.as_u16(), answer.error()), told, "{changes}");
    }
}

#[tokio::test]
async fn a_native_application_is_a_public_client() {
    let house = House::new().await;
    let changes = json!({
        "redirect_uris": ["http://127.0.0.1/callback"],
        "application_type": "native", "token_endpoint_auth_method": "none",
    });
    let told = registered(&house, &initial(&house, 1).await, changes).await;
    assert!(told.get("client_secret").is_none() && told.get("client_secret_expires_at").is_none());
    let client = house.client(text(&told, "client_id")).await;
    assert_eq!(client.authentication, ClientAuthentication::None);
    // RFC 8252 section 7.3: any port.
    let to = authorize(&[
        ("client_id", &client.client_id),
        ("redirect_uri", "http://127.0.0.1:4711/callback"),
        ("scope", "openid"),
    ]);
    assert!(house.get(&to).await.location().starts_with("/oauth/login"));
}

#[tokio::test]
async fn a_client_with_keys_registers_them_inline() {
    let house = House::new().await;
    let expires_at = house.time() + 60;
    let token = issue(&house, InitialAccess { uses: 9, expires_at, may_act_for_itself: true }).await;
    let signer = Signer::new("EdDSA", "k1");
    let changes = json!({
        "token_endpoint_auth_method": "private_key_jwt", "jwks": signer.jwks(),
        "grant_types": ["client_credentials"], "redirect_uris": null,
    });
    let told = registered(&house, &token, changes).await;
    assert_eq!((told["jwks"].clone(), told["response_types"].clone()), (signer.jwks(), json!([])));
    assert!(told.get("client_secret").is_none());
    let assertion = signer.sign(&assertion_claims(&house, text(&told, "client_id"), &json!({})));
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion.as_str()),
    ];
    assert_eq!(house.post("/oauth/token", None, &fields).await.status, StatusCode::OK);

    let mut private = signer.jwk();
    private["d"] = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A".into();
    let symmetric = json!({ "kty": "oct", "alg": "HS256", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ" });
    for jwks in [json!(null), json!({ "keys": [] }), json!({ "keys": [private] }), json!({ "keys": [symmetric] })] {
        let changes = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks });
        assert_eq!(register(&house, &token, changes.clone()).await.error(), "invalid_client_metadata", "{changes}");
    }
}

#[tokio::test]
async fn addresses_to_fetch_from_are_refused() {
    let house = House::new().await;
    let token = initial(&house, 1).await;
    let signer = Signer::new("ES256", "k1");
    for changes in [
        json!({ "jwks_uri": "https://app.example/jwks", "token_endpoint_auth_method": "private_key_jwt" }),
        json!({ "jwks_uri": "https://app.example/jwks", "jwks": signer.jwks() }),
        json!({ "sector_identifier_uri": "https://app.example/sector" }),
        json!({ "backchannel_logout_uri": "https://169.254.169.254/latest" }),
        json!({ "backchannel_logout_uri": "https://localhost/logout" }),
        json!({ "backchannel_logout_uri": "http://app.example/logout" }),
    ] {
        assert_eq!(register(&house, &token, changes.clone()).await.error(), "invalid_client_metadata", "{changes}");
    }
    let uri = "https://app.example/logout";
    let changes = json!({ "backchannel_logout_uri": uri, "backchannel_logout_session_required": true });
    let told = registered(&house, &token, changes).await;
    let client = house.client(text(&told, "client_id")).await;
    assert_eq!(client.backchannel_logout_uri.as_deref(), Some(uri));
    assert!(client.backchannel_logout_session_required);
}

#[tokio::test]
async fn acting_for_itself_has_to_be_allowed() {
    let house = House::new().await;
    let expires_at = house.time() + 60;
    let plain = initial(&house, 1).await;
    let acting = issue(&house, InitialAccess { uses: 1, expires_at, may_act_for_itself: true }).await;
    let changes = json!({ "grant_types": ["client_credentials"], "redirect_uris": null });
    assert_eq!(register(&house, &plain, changes.clone()).await.error(), "invalid_client_metadata");
    let public = json!({ "grant_types": ["client_credentials"], "token_endpoint_auth_method": "none" });
    assert_eq!(register(&house, &acting, public).await.error(), "invalid_client_metadata");
    let exchange = json!({ "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"] });
    assert_eq!(register(&house, &plain, exchange).await.error(), "invalid_client_metadata");
    let told = registered(&house, &acting, changes).await;
    let credentials = basic(text(&told, "client_id"), text(&told, "client_secret"));
    let answer = house.post("/oauth/token", Some(&credentials), &[("grant_type", "client_credentials")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn scopes_stay_inside_the_configured_list() {
    let scopes = || ["openid", "invoices:view"].map(str::to_owned);
    let house = House::built(|builder| builder.with_registrable_scopes(scopes())).await;
    let token = initial(&house, 9).await;
    for scope in ["openid email", "invoices:pay", "openid org:acme"] {
        let answer = register(&house, &token, json!({ "scope": scope })).await;
        assert_eq!(answer.error(), "invalid_client_metadata", "{scope}");
    }
    let told = registered(&house, &token, json!({ "scope": "invoices:view" })).await;
    assert_eq!(told["scope"], "invoices:view");
    let told = registered(&house, &token, json!({ "scope": null })).await;
    assert_eq!(told["scope"], "openid invoices:view");
    let client_id = text(&told, "client_id");
    let answer = house.get(&authorize(&[("client_id", client_id), ("scope", "openid email")])).await;
    assert_eq!(answer.at_client()["error"], "invalid_scope");
}

#[tokio::test]
async fn metadata_out_of_order_is_refused() {
    let house = House::new().await;
    let token = initial(&house, 9).await;
    for changes in [
        json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
        json!({ "application_type": "desktop" }),
        json!({ "grant_types": ["password"] }),
        json!({ "grant_types": ["implicit"] }),
        json!({ "grant_types": [] }),
        json!({ "response_types": ["token"] }),
        json!({ "response_types": ["code", "id_token"] }),
        json!({ "response_types": [] }),
        json!({ "grant_types": ["refresh_token"], "response_types": ["code"] }),
        json!({ "subject_type": "secret" }),
        json!({ "client_name": "x".repeat(101) }),
        json!({ "client_name": "Portal\u{202e}moc.live" }),
        json!({ "client_name": "Por\ntal" }),
        json!({ "client_uri": "http://app.example" }),
        json!({ "client_uri": "javascript:alert(1)" }),
        json!({ "post_logout_redirect_uris": ["http://app.example"] }),
        json!({ "post_logout_redirect_uris": vec![SIGNED_OUT; 11] }),
        json!({ "scope": 7 }),
        json!({ "require_pushed_authorization_requests": "yes" }),
    ] {
        assert_eq!(register(&house, &token, changes.clone()).await.error(), "invalid_client_metadata", "{changes}");
    }
    let changes = json!({
        "client_name": "Ein Fremder: 他人", "client_uri": "https://app.example", "software_statement": "ignored",
        "require_pushed_authorization_requests": true, "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "refresh_token"], "unknown": { "member": [1] },
    });
    let told = registered(&house, &token, changes).await;
    assert_eq!(told["token_endpoint_auth_method"], "client_secret_post");
    assert_eq!(told["client_uri"], "https://app.example");
    assert!(told.get("unknown").is_none());
    let client = house.client(text(&told, "client_id")).await;
    assert!(client.require_pushed_authorization_requests);
}

#[tokio::test]
async fn a_registration_is_managed_by_its_token_alone() {
    let house = House::new().await;
    let token = initial(&house, 2).await;
    let (one, two) = (registered(&house, &token, json!({})).await, registered(&house, &token, json!({})).await);
    let uri = text(&one, "registration_client_uri");
    assert_eq!(uri, format!("{ISSUER}/oauth/register/{}", text(&one, "client_id")));
    let path = uri.strip_prefix(ISSUER).unwrap();
    let answer = send(&house, Method::GET, path, Some(text(&one, "registration_access_token")), "").await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    let shown = answer.json();
    assert!(shown.get("client_secret").is_none());
    for member in ["client_id", "client_name", "redirect_uris", "scope", "registration_client_uri"] {
        assert_eq!(shown[member], one[member], "{member}");
    }
    for method in [Method::GET, Method::DELETE] {
        let answer = send(&house, method.clone(), path, None, "").await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
        for wrong in [text(&two, "registration_access_token"), &token, text(&one, "client_secret")] {
            let answer = send(&house, method.clone(), path, Some(wrong), "").await;
            assert!(answer.header("www-authenticate").contains("invalid_token"), "{}", answer.status);
        }
    }
    let zero = format!("{path}%00");
    let answer = send(&house, Method::GET, &zero, Some(text(&one, "registration_access_token")), "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    // A client of the configuration is managed by nobody.
    house.store.put_client(Client { client_id: "configured".to_owned(), ..Client::default() });
    let token = text(&one, "registration_access_token");
    let answer = send(&house, Method::DELETE, "/oauth/register/configured", Some(token), "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(send(&house, Method::PUT, path, Some(token), "{}").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_deleted_client_is_unknown() {
    let house = House::new().await;
    let told = registered(&house, &initial(&house, 1).await, json!({})).await;
    let (client_id, token) = (text(&told, "client_id"), text(&told, "registration_access_token"));
    let code = code_of(&house, client_id, "openid").await;
    let path = format!("/oauth/register/{client_id}");
    assert_eq!(send(&house, Method::DELETE, &path, Some(token), "").await.status, StatusCode::NO_CONTENT);
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let credentials = basic(client_id, text(&told, "client_secret"));
    assert_eq!(house.post("/oauth/token", Some(&credentials), &fields).await.error(), "invalid_client");
    house.get(&authorize(&[("client_id", client_id)])).await.assert_page(StatusCode::BAD_REQUEST);
    assert_eq!(send(&house, Method::GET, &path, Some(token), "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn registering_at_a_store_that_is_down_is_503() {
    let house = House::new().await;
    let token = initial(&house, 2).await;
    let told = registered(&house, &token, json!({})).await;
    let (path, manages) = (text(&told, "registration_client_uri"), text(&told, "registration_access_token"));
    let path = path.strip_prefix(ISSUER).unwrap();
    house.store.set_down(true);
    assert_eq!(register(&house, &token, json!({})).await.status, StatusCode::SERVICE_UNAVAILABLE);
    for method in [Method::GET, Method::DELETE] {
        let answer = send(&house, method, path, Some(manages), "").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    house.store.set_down(false);
    registered(&house, &token, json!({})).await;
    assert_eq!(send(&house, Method::GET, path, Some(manages), "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn metadata_names_the_registration_endpoint() {
    let house = House::new().await;
    let metadata = house.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["registration_endpoint"], format!("{ISSUER}/oauth/register"));
}
