//! The authorization code grant and client authentication.

use http::StatusCode;

use crate::house::{CALLBACK, House, PASSWORD, SECRET, VERIFIER, acme, basic, claims, jose};

const GRANT: (&str, &str) = ("grant_type", "authorization_code");

#[tokio::test]
async fn a_code_needs_its_client_verifier_and_redirect_uri() {
    let house = House::new().await;
    let code = house.browser().sign_in(&[]).await;
    let wrong = "x".repeat(43);
    for fields in [
        vec![GRANT, ("code", &code), ("code_verifier", &wrong)],
        vec![GRANT, ("code", &code), ("code_verifier", VERIFIER), ("redirect_uri", "https://evil.example/")],
        vec![GRANT, ("code", "unknown"), ("code_verifier", VERIFIER)],
    ] {
        let answer = house.token(&fields).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, "invalid_grant"), "{fields:?}");
    }
    let answer = house.token(&[GRANT, ("code", &code)]).await;
    assert_eq!(answer.error(), "invalid_request", "no verifier");
    let other = [GRANT, ("code", code.as_str()), ("code_verifier", VERIFIER), ("client_id", "native")];
    assert_eq!(house.post("/oauth/token", None, &other).await.error(), "invalid_grant");
    assert_eq!(house.redeem(&code).await.status, StatusCode::OK, "no failure used it up");
}

#[tokio::test]
async fn a_code_lives_a_minute() {
    let house = House::new().await;
    let code = house.browser().sign_in(&[]).await;
    house.wait(60);
    assert_eq!(house.redeem(&code).await.error(), "invalid_grant");
}

#[tokio::test]
async fn a_replayed_code_revokes_its_family() {
    let house = House::new().await;
    let code = house.browser().sign_in(&[]).await;
    let tokens = house.redeem(&code).await.json();
    let refreshed = house.refresh(tokens["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(house.redeem(&code).await.error(), "invalid_grant");
    for tokens in [tokens, refreshed] {
        assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(house.refresh(tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    }
}

#[tokio::test]
async fn of_two_concurrent_redemptions_at_most_one_succeeds() {
    let house = House::new().await;
    let code = house.browser().sign_in(&[]).await;
    let (a, b) = tokio::join!(house.redeem(&code), house.redeem(&code));
    let given: Vec<_> = [a, b].into_iter().filter(|answer| answer.status == StatusCode::OK).collect();
    assert!(given.len() < 2);
    for answer in given {
        let token = answer.json()["refresh_token"].as_str().unwrap().to_owned();
        assert_eq!(house.refresh(&token).await.error(), "invalid_grant", "the replay revoked it");
    }
}

#[tokio::test]
async fn a_native_client_redeems_at_any_loopback_port() {
    let house = House::new().await;
    let mut client = house.client("native").await;
    client.redirect_uris = vec!["http://127.0.0.1/callback".to_owned()];
    house.store.put_client(client);
    let mut browser = house.browser();
    let to = "http://127.0.0.1:49152/callback";
    let form = browser.form(&[("client_id", "native"), ("redirect_uri", to)]).await;
    let location = browser.submit(&form, crate::house::ANN, PASSWORD).await.location().to_owned();
    let query = location.strip_prefix(to).unwrap().strip_prefix('?').unwrap();
    let code = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code").unwrap().1.into_owned();
    let with = |to| {
        [GRANT, ("client_id", "native"), ("code", code.as_str()), ("code_verifier", VERIFIER), ("redirect_uri", to)]
    };
    let other_port = house.post("/oauth/token", None, &with("http://127.0.0.1:49153/callback")).await;
    assert_eq!(other_port.error(), "invalid_grant", "the code is for the very address of the request");
    assert_eq!(house.post("/oauth/token", None, &with(to)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_replay_with_a_wrong_verifier_revokes_nothing() {
    let house = House::new().await;
    let code = house.browser().sign_in(&[]).await;
    let tokens = house.redeem(&code).await.json();
    let wrong = "x".repeat(43);
    assert_eq!(house.token(&[GRANT, ("code", &code), ("code_verifier", &wrong)]).await.error(), "invalid_grant");
    let unbelieved = [GRANT, ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let answer = house.post("/oauth/token", Some(&basic("portal", "wrong")), &unbelieved).await;
    assert_eq!(answer.error(), "invalid_client");
    assert_eq!(house.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::OK);
    assert_eq!(house.refresh(tokens["refresh_token"].as_str().unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_token_needs_offline_access_or_a_first_party() {
    let house = House::new().await;
    let mut browser = house.browser();
    for (client, scope, expected) in
        [("native", "openid", true), ("third", "openid", false), ("third", "openid offline_access", true)]
    {
        let form = browser.form(&[("client_id", client), ("scope", scope), ("prompt", "login")]).await;
        let mut answer = browser.submit(&form, crate::house::ANN, PASSWORD).await;
        if client == "third" {
            let question = browser.get(answer.location()).await;
            answer = browser.submit_consent(&question, "allow").await;
        }
        let code = answer.at_client()["code"].clone();
        let fields =
            [GRANT, ("client_id", client), ("code", &code), ("code_verifier", VERIFIER), ("redirect_uri", CALLBACK)];
        let tokens = house.post("/oauth/token", None, &fields).await.json();
        assert_eq!(tokens.get("refresh_token").is_some(), expected, "{client} {scope}");
    }
}

#[tokio::test]
async fn tokens_are_typed_and_carry_the_organization() {
    let house = House::new().await;
    let tokens = house.tokens("openid org:acme").await;
    assert_eq!(
        (jose(&tokens["access_token"])["typ"].as_str(), jose(&tokens["id_token"])["typ"].as_str()),
        (Some("at+jwt"), Some("JWT"))
    );
    let access = claims(&tokens["access_token"]);
    assert_eq!(access["org"], acme().to_string());
    assert_eq!(
        (access["roles"][0].as_str(), access["permissions"][0].as_str()),
        (Some("FINANCE"), Some("invoices:pay"))
    );
    let id = claims(&tokens["id_token"]);
    assert!(id.get("email").is_none() && id.get("name").is_none() && id.get("roles").is_none());
    assert_eq!(id["at_hash"].as_str().unwrap().len(), 22);
}

#[tokio::test]
async fn an_organization_of_others_is_invalid_scope() {
    let house = House::new().await;
    let mut browser = house.browser();
    let code = browser.sign_in(&[]).await;
    let with =
        |organization| [GRANT, ("code", code.as_str()), ("code_verifier", VERIFIER), ("organization", organization)];
    assert_eq!(house.token(&with("globex")).await.error(), "invalid_scope");
    let tokens = house.token(&with("acme")).await.json();
    assert_eq!(claims(&tokens["access_token"])["org"], acme().to_string());
}

#[tokio::test]
async fn a_failed_client_authentication_is_401_with_a_challenge() {
    let house = House::new().await;
    let fields = [GRANT, ("code", "x"), ("code_verifier", VERIFIER)];
    for authorization in
        [basic("portal", "wrong"), basic("nobody", SECRET), "Basic !".to_owned(), "Bearer x".to_owned()]
    {
        let answer = house.post("/oauth/token", Some(&authorization), &fields).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
        assert!(answer.header("www-authenticate").starts_with("Basic "));
    }
}

#[tokio::test]
async fn wrong_missing_and_unknown_client_credentials_look_alike() {
    let house = House::new().await;
    let mut answers = Vec::new();
    for (client_id, secret) in [("portal", "wrong"), ("portal", ""), ("nobody", SECRET), ("native", SECRET), ("", "")] {
        let fields = [GRANT, ("client_id", client_id), ("client_secret", secret)];
        let answer = house.post("/oauth/token", None, &fields).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        answers.push(answer.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn two_client_authentication_methods_are_refused() {
    let house = House::new().await;
    let code = house.browser().sign_in(&[]).await;
    let fields = [GRANT, ("code", code.as_str()), ("code_verifier", VERIFIER)];
    for extra in [("client_secret", SECRET), ("client_id", "native"), ("client_assertion", "x")] {
        let fields: Vec<_> = fields.into_iter().chain([extra]).collect();
        assert_eq!(house.token(&fields).await.error(), "invalid_request", "{extra:?}");
    }
    let fields: Vec<_> = fields.into_iter().chain([("client_id", "portal")]).collect();
    assert_eq!(house.token(&fields).await.status, StatusCode::OK, "the same client named twice is no second method");
}

#[tokio::test]
async fn a_secret_may_be_posted() {
    let house = House::new().await;
    let code = house.browser().sign_in(&[]).await;
    let fields = [
        GRANT,
        ("code", code.as_str()),
        ("code_verifier", VERIFIER),
        ("client_id", "portal"),
        ("client_secret", SECRET),
    ];
    let answer = house.post("/oauth/token", None, &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn guessing_a_client_secret_is_throttled() {
    let house = House::new().await;
    for _ in 0..20 {
        house.post("/oauth/token", Some(&basic("portal", "wrong")), &[GRANT]).await;
    }
    let answer = house.token(&[GRANT]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    house.wait(answer.header("retry-after").parse().unwrap());
    assert_eq!(house.token(&[GRANT]).await.error(), "invalid_request");
}

#[tokio::test]
async fn token_responses_are_not_stored() {
    let house = House::new().await;
    let code = house.browser().sign_in(&[]).await;
    for answer in [house.redeem(&code).await, house.token(&[]).await] {
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
        assert_eq!(answer.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn token_requests_out_of_form_are_refused() {
    let house = House::new().await;
    assert_eq!(house.token(&[]).await.error(), "invalid_request");
    assert_eq!(house.token(&[GRANT, GRANT]).await.error(), "invalid_request");
    assert_eq!(house.token(&[("grant_type", "password")]).await.error(), "unsupported_grant_type");
    assert_eq!(house.token(&[("grant_type", "client_credentials")]).await.error(), "unauthorized_client");
    let request = http::Request::post("/oauth/token").header("content-type", "application/json");
    let answer = house.send(request.body(axum::body::Body::from("{}")).unwrap()).await;
    assert_eq!(answer.error(), "invalid_request");
    assert_eq!(house.get("/oauth/token").await.status, StatusCode::METHOD_NOT_ALLOWED);
}
