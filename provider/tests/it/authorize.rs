//! The authorization endpoint.

use std::sync::atomic::Ordering;

use http::StatusCode;

use crate::house::{ANN, BOB, CALLBACK, House, ISSUER, PASSWORD, SECRET, authorize, claims};

#[tokio::test]
async fn a_person_signs_in_and_the_client_gets_everything() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[("login_hint", ANN)]).await;
    assert!(form.body.contains(r#"name="email""#) && form.body.contains(r#"name="password""#));
    assert!(form.body.contains(ANN) && form.body.contains("The portal &lt;app&gt;"));
    let answer = browser.submit(&form, "Ann@Acme.example ", PASSWORD).await;
    let given = answer.at_client();
    assert_eq!((given["state"].as_str(), given["iss"].as_str()), ("st/at&e", ISSUER));

    let tokens = house.redeem(&given["code"]).await.json();
    assert_eq!((tokens["token_type"].as_str(), tokens["expires_in"].as_i64()), (Some("Bearer"), Some(600)));
    let id = claims(&tokens["id_token"]);
    assert_eq!((id["nonce"].as_str(), id["aud"].as_str()), (Some("n-1"), Some("portal")));
    assert_eq!((id["email"].as_str(), id["name"].as_str()), (Some(ANN), Some("Ann Ames")));
    assert_eq!((id["iss"].as_str(), id["auth_time"].as_i64()), (Some(ISSUER), Some(1_800_000_000)));
    let access = claims(&tokens["access_token"]);
    assert_eq!((access["sub"].as_str(), access["sid"].as_str()), (id["sub"].as_str(), id["sid"].as_str()));
    assert_eq!((access["aud"].as_str(), access["client_id"].as_str()), (Some(ISSUER), Some("portal")));
    assert!(access.get("org").is_none() && access.get("roles").is_none());

    let again = browser.get(&authorize(&[])).await;
    assert!(again.at_client().contains_key("code"), "signed on: no second form");
}

#[tokio::test]
async fn a_bad_client_or_redirect_uri_never_redirects() {
    let house = House::new().await;
    for changes in [
        [("client_id", "nobody")],
        [("client_id", "")],
        [("redirect_uri", "https://evil.example/callback")],
        [("redirect_uri", "https://portal.example.com/callback/")],
    ] {
        house.get(&authorize(&changes)).await.assert_page(StatusCode::BAD_REQUEST);
    }
    house.get(&format!("{}&client_id=portal", authorize(&[]))).await.assert_page(StatusCode::BAD_REQUEST);
    house.get(&format!("{}&redirect_uri=x", authorize(&[]))).await.assert_page(StatusCode::BAD_REQUEST);
    house.get("/oauth/authorize?%ff%00=%zz&&&=").await.assert_page(StatusCode::BAD_REQUEST);
    let mut browser = house.browser();
    browser.form(&[("redirect_uri", "")]).await;
}

#[tokio::test]
async fn errors_are_redirected_with_state_and_iss() {
    let house = House::new().await;
    for (changes, code) in [
        ([("response_type", "")], "invalid_request"),
        ([("response_type", "token")], "unsupported_response_type"),
        ([("response_mode", "fragment")], "invalid_request"),
        ([("request", "x.y.z")], "request_not_supported"),
        ([("request_uri", "urn:x")], "request_uri_not_supported"),
        ([("prompt", "none login")], "invalid_request"),
        ([("prompt", "dance")], "invalid_request"),
        ([("max_age", "-1")], "invalid_request"),
        ([("client_id", "service")], "unauthorized_client"),
    ] {
        let given = house.get(&authorize(&changes)).await.at_client();
        assert_eq!(given["error"], code, "{changes:?}");
        assert_eq!((given["state"].as_str(), given["iss"].as_str()), ("st/at&e", ISSUER));
        assert!(!given.contains_key("code"));
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_invalid_request() {
    let house = House::new().await;
    let given = house.get(&format!("{}&nonce=2", authorize(&[]))).await.at_client();
    assert_eq!(given["error"], "invalid_request");
    let given = house.get(&format!("{}&state=2", authorize(&[]))).await.at_client();
    assert_eq!(given["error"], "invalid_request");
    assert!(!given.contains_key("state"));
}

#[tokio::test]
async fn a_state_that_cannot_be_echoed_is_invalid_request() {
    let house = House::new().await;
    for state in ["a\0b", &"x".repeat(9000)] {
        let given = house.get(&authorize(&[("state", state)])).await.at_client();
        assert_eq!(given["error"], "invalid_request");
        assert!(!given.contains_key("state"));
    }
}

#[tokio::test]
async fn a_request_without_s256_is_invalid_request() {
    let house = House::new().await;
    for client in ["portal", "native", "third"] {
        for change in [
            ("code_challenge", ""),
            ("code_challenge_method", ""),
            ("code_challenge_method", "plain"),
            ("code_challenge", "short"),
        ] {
            let given = house.get(&authorize(&[("client_id", client), change])).await.at_client();
            assert_eq!(given["error"], "invalid_request", "{client} {change:?}");
        }
    }
}

#[tokio::test]
async fn a_scope_outside_the_list_is_invalid_scope() {
    let house = House::new().await;
    for scope in ["openid admin", "org:acme org:globex", "org:", "org:ACME"] {
        assert_eq!(house.get(&authorize(&[("scope", scope)])).await.at_client()["error"], "invalid_scope", "{scope}");
    }
}

#[tokio::test]
async fn prompt_none_without_sign_on_is_login_required() {
    let house = House::new().await;
    let mut browser = house.browser();
    let given = browser.get(&authorize(&[("prompt", "none")])).await.at_client();
    assert_eq!((given["error"].as_str(), given["iss"].as_str()), ("login_required", ISSUER));
    browser.sign_in(&[]).await;
    assert!(browser.get(&authorize(&[("prompt", "none")])).await.at_client().contains_key("code"));
    let third = browser.get(&authorize(&[("prompt", "none"), ("client_id", "third")])).await.at_client();
    assert_eq!(third["error"], "consent_required");
    let old = browser.get(&authorize(&[("prompt", "none"), ("max_age", "0")])).await.at_client();
    assert_eq!(old["error"], "login_required");
}

#[tokio::test]
async fn prompt_login_and_max_age_sign_in_again() {
    let house = House::new().await;
    let mut browser = house.browser();
    let code = browser.sign_in(&[]).await;
    let before = claims(&house.redeem(&code).await.json()["id_token"]);
    house.wait(100);
    assert!(browser.get(&authorize(&[("max_age", "100")])).await.at_client().contains_key("code"));
    for change in [("prompt", "login"), ("max_age", "99")] {
        let code = browser.sign_in(&[change]).await;
        let id = claims(&house.redeem(&code).await.json()["id_token"]);
        assert_eq!(id["auth_time"], house.now.load(Ordering::SeqCst));
        assert_eq!(id["sid"], before["sid"], "the same person, the same sign-on");
        house.wait(100);
    }
}

#[tokio::test]
async fn an_organization_of_others_is_access_denied() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[("organization", "acme")]).await;
    let given = browser.submit(&form, BOB, PASSWORD).await.at_client();
    assert_eq!((given["error"].as_str(), given["state"].as_str()), ("access_denied", "st/at&e"));
    let given = browser.get(&authorize(&[("scope", "openid org:globex")])).await.at_client();
    assert_eq!(given["error"], "access_denied");
}

#[tokio::test]
async fn a_posted_request_is_as_good() {
    let house = House::new().await;
    let query = authorize(&[]);
    let fields: Vec<(String, String)> =
        url::form_urlencoded::parse(query.split_once('?').unwrap().1.as_bytes()).into_owned().collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = house.browser().post("/oauth/authorize", &fields).await;
    assert!(answer.location().starts_with("/oauth/login?interaction="));
}

#[tokio::test]
async fn authorize_answers_no_cors() {
    let house = House::new().await;
    let request = http::Request::get(authorize(&[])).header("origin", "https://spa.example");
    let answer = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_store_that_cannot_answer_is_503() {
    let house = House::new().await;
    let mut browser = house.browser();
    let form = browser.form(&[]).await;
    house.store.set_down(true);
    house.get(&authorize(&[])).await.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    let answer = browser.submit(&form, ANN, PASSWORD).await;
    answer.assert_page(StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.header("retry-after").is_empty());
    let fields = [("grant_type", "client_credentials")];
    let answer = house.post("/oauth/token", Some(&crate::house::basic("service", SECRET)), &fields).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"));
    assert!(!answer.header("retry-after").is_empty());
    house.store.set_down(false);
    assert!(browser.submit(&form, ANN, PASSWORD).await.location().starts_with(CALLBACK), "nothing was used up");
}
