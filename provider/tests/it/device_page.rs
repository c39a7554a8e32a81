//! Devices: the page where a person types the code and decides.

use http::{Request, StatusCode};

use crate::{
    device::{DEVICE_CODE, begin, codes, complete, decide, house, poll, signed_on, type_code, user_code},
    house::{ANN, API, BOB, PASSWORD, claims, client},
};

#[tokio::test]
async fn a_person_signs_in_before_any_code_is_looked_at() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    let mut answers = Vec::new();
    for path in ["/device", "/device?user_code=BBBB-BBBB", complete(&codes)] {
        let mut browser = house.browser();
        let to_login = browser.get(path).await.location().to_owned();
        assert!(to_login.starts_with("/oauth/login?interaction="), "{to_login}");
        let form = browser.get(&to_login).await;
        assert!(form.body.contains("your device") && !form.body.contains("The tv"));
        let back = browser.submit(&form, ANN, PASSWORD).await.location().to_owned();
        assert_eq!(back, path, "the code survives the sign-in");
        answers.push(browser.get(&back).await);
    }
    assert_eq!(answers[0].status, StatusCode::OK);
    assert_eq!(answers[1].status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answers[2].body.contains("The tv &lt;app&gt;"));
    let mut stranger = house.browser();
    let posted = stranger.post("/device", &[("user_code", user_code(&codes)), ("decision", "allow")]).await;
    assert_eq!(posted.location(), "/device");
    assert_eq!(poll(&house, &codes).await.error(), "authorization_pending");
}

#[tokio::test]
async fn a_code_is_read_whatever_its_case_and_dashes() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    let mut browser = signed_on(&house).await;
    let plain = user_code(&codes).replace('-', "");
    let spaced: String = plain.chars().flat_map(|letter| [letter, ' ']).collect();
    for typed in [user_code(&codes).to_owned(), plain.to_lowercase(), spaced, format!(" {}- ", plain)] {
        let to_question = type_code(&mut browser, &typed).await.location().to_owned();
        assert_eq!(to_question, complete(&codes), "{typed}");
    }
    for typed in ["", "BBBB-BBBB", "AAAA-AAAA", &plain[1..]] {
        let answer = type_code(&mut browser, typed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(answer.body.contains("No device shows this code now."));
    }
}

#[tokio::test]
async fn the_complete_link_only_leads_to_the_confirmation() {
    let house = house().await;
    let mut client = client("terminal", true, None);
    client.grant_types = vec![DEVICE_CODE.to_owned()];
    house.store.put_client(client);
    let mut browser = signed_on(&house).await;
    let own = house.post("/oauth/device", None, &[("client_id", "terminal")]).await.json();
    for (codes, name) in [(codes(&house, "openid").await, "The tv"), (own, "The terminal")] {
        let question = browser.get(complete(&codes)).await;
        assert_eq!(question.status, StatusCode::OK);
        assert!(question.body.contains(name) && question.body.contains(r#"value="allow""#), "also for our own");
        assert_eq!(question.hidden("user_code"), user_code(&codes));
        assert!(question.header("content-security-policy").contains("frame-ancestors 'none'"));
    }
}

#[tokio::test]
async fn the_confirmation_shows_what_is_asked() {
    let house = house().await;
    let fields = [("scope", "openid email"), ("organization", "acme"), ("resource", API)];
    let codes = begin(&house, &fields).await.json();
    let mut browser = signed_on(&house).await;
    let question = browser.get(complete(&codes)).await;
    for shown in ["The tv &lt;app&gt;", user_code(&codes), "See your e-mail address", "acme", API, ANN] {
        assert!(question.body.contains(shown), "{shown}");
    }
    assert!(question.body.contains(r#"value="allow""#) && question.body.contains(r#"value="deny""#));
    decide(&mut browser, &question, "allow").await;
    let tokens = poll(&house, &codes).await.json();
    assert_eq!(claims(&tokens["access_token"])["aud"], API);
}

#[tokio::test]
async fn a_forged_decision_is_refused() {
    let house = house().await;
    let (first, second) = (codes(&house, "openid").await, codes(&house, "openid").await);
    let mut browser = signed_on(&house).await;
    let (form, question) = (browser.get("/device").await, browser.get(complete(&first)).await);
    let mut other = house.browser();
    let login = other.form(&[]).await;
    other.submit(&login, BOB, PASSWORD).await;
    let of_bob = other.get(complete(&first)).await;
    let good = question.hidden("csrf");
    for (csrf, code) in [
        ("", user_code(&first)),
        (good.as_str(), user_code(&second)),
        (&form.hidden("csrf"), user_code(&first)),
        (&of_bob.hidden("csrf"), user_code(&first)),
    ] {
        let fields = [("csrf", csrf), ("user_code", code), ("decision", "allow")];
        browser.post("/device", &fields).await.assert_page(StatusCode::BAD_REQUEST);
    }
    let typed = [("csrf", good.as_str()), ("user_code", user_code(&first))];
    browser.post("/device", &typed).await.assert_page(StatusCode::BAD_REQUEST);
    let neither = [("csrf", good.as_str()), ("user_code", user_code(&first)), ("decision", "maybe")];
    browser.post("/device", &neither).await.assert_page(StatusCode::BAD_REQUEST);
    for codes in [&first, &second] {
        assert_eq!(poll(&house, codes).await.error(), "authorization_pending");
    }
    assert_eq!(decide(&mut browser, &question, "allow").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_code_is_decided_once() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    let mut browser = signed_on(&house).await;
    let question = browser.get(complete(&codes)).await;
    decide(&mut browser, &question, "deny").await.location();
    decide(&mut browser, &question, "allow").await.assert_page(StatusCode::BAD_REQUEST);
    assert_eq!(browser.get(complete(&codes)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(poll(&house, &codes).await.error(), "access_denied");
}

#[tokio::test]
async fn guessing_user_codes_is_throttled() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    let mut browser = signed_on(&house).await;
    for _ in 0..3 {
        assert_eq!(type_code(&mut browser, "BBBB-BBBB").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for _ in 0..2 {
        let answer = browser.get("/device?user_code=CCCC-CCCC").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "a link is a guess like any other");
    }
    let answer = type_code(&mut browser, user_code(&codes)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.body.contains("Too many attempts"));
    let pause: i64 = answer.header("retry-after").parse().unwrap();
    assert_eq!(browser.get(complete(&codes)).await.status, StatusCode::TOO_MANY_REQUESTS);
    let mut other = house.browser();
    let form = other.form(&[]).await;
    other.submit(&form, BOB, PASSWORD).await;
    assert_eq!(other.get(complete(&codes)).await.status, StatusCode::TOO_MANY_REQUESTS, "from the same address");
    house.wait(pause);
    assert_eq!(browser.get(complete(&codes)).await.status, StatusCode::OK);
    assert_eq!(type_code(&mut browser, "BBBB-BBBB").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = type_code(&mut browser, "BBBB-BBBB").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "a right code buys no further guesses");
}

#[tokio::test]
async fn device_forms_are_answered_by_303() {
    let house = house().await;
    let codes = codes(&house, "openid").await;
    let mut browser = signed_on(&house).await;
    let typed = type_code(&mut browser, user_code(&codes)).await;
    assert_eq!(typed.status.as_u16(), 303);
    let question = browser.get(typed.location()).await;
    let done = decide(&mut browser, &question, "allow").await;
    assert_eq!(done.status.as_u16(), 303);
    assert!(browser.get(done.location()).await.body.contains("connected"));
}

#[tokio::test]
async fn a_device_page_is_not_stored() {
    let house = house().await;
    let answer = signed_on(&house).await.get("/device").await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    let request = Request::post("/device").header("content-type", "text/plain").body(axum::body::Body::empty());
    house.send(request.unwrap()).await.assert_page(StatusCode::BAD_REQUEST);
}
