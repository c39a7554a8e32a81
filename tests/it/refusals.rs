//! One test per refusal code: what a program is told, and what a person sees instead.

use std::time::Duration;

use http::Method;
use portcullis_tests::form::Form;
use portcullis_tests::visitor::PASSWORD;
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor, sign_in};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::house::{
    CONSULTANT, FINANCE, NOBODYS_ID, OWNER, SUPPORT, VIEWER, assert_refused, client_token, invoices, shared, text,
};
use crate::issuer::{Issuer, Key, now};

/// A request with whatever credential a stranger may write.
async fn with_headers(portal: &Portal, path: &str, headers: &[(&str, &str)]) -> Answer {
    let wants_page = headers.contains(&HTML);
    let nobody = Visitor::anonymous(portal);
    let nobody = if wants_page { nobody.wanting_pages() } else { nobody };
    let request = nobody.request(Method::GET, path);
    let headers = headers.iter().filter(|header| **header != HTML);
    nobody.send(headers.fold(request, |request, (name, value)| request.header(*name, *value))).await
}

fn clears_the_cookie(answer: &Answer) -> bool {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    cookies.into_iter().any(|cookie| cookie.starts_with("portcullis=;") && cookie.contains("Max-Age=0"))
}

fn assert_page(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.header("content-type").unwrap().starts_with("text/html"), "{:?}", answer.headers);
    assert!(answer.body.contains("<html"), "{}", answer.body);
}

#[tokio::test]
async fn credential_malformed() {
    let portal = shared();
    for (name, value) in [
        ("authorization", "Bearer"),
        ("authorization", "Bearer not a token"),
        ("authorization", "bearer a.b"),
        ("cookie", "portcullis=short"),
        ("cookie", "portcullis=AAAAAAAAAAAAAAAAAAAAAA; portcullis=BBBBBBBBBBBBBBBBBBBBBA"),
    ] {
        let answer = with_headers(&portal, "/api/o/acme/invoices", &[(name, value)]).await;
        assert_refused(&answer, 400, "credential-malformed");
        assert_eq!(clears_the_cookie(&answer), name == "cookie", "{name}: {value}");
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    }
    let page = with_headers(&portal, "/o/acme", &[("cookie", "portcullis=short"), HTML]).await;
    assert_eq!(page.status, 400);
    assert!(clears_the_cookie(&page), "the browser could never sign in again");
}

#[tokio::test]
async fn credential_ambiguous() {
    let portal = shared();
    let cookie = ("cookie", "portcullis=AAAAAAAAAAAAAAAAAAAAAA");
    let bearer = ("authorization", "Bearer e30.e30.AA");
    for headers in [[cookie, bearer], [bearer, bearer]] {
        let answer = with_headers(&portal, "/api/o/acme/invoices", &headers).await;
        assert_refused(&answer, 400, "credential-ambiguous");
    }
}

#[tokio::test]
async fn request_invalid() {
    let portal = shared();
    let owner = Visitor::signed_in(&portal, OWNER).await;
    for path in ["/api/o/acme/invoices?sort=org_id", "/api/o/acme/tickets?page=0", "/api/o/acme/audit?per_page=many"] {
        assert_refused(&owner.get(path).await, 400, "request-invalid");
    }
    assert_refused(&owner.post_json("/api/o/acme/settings", &json!({"nonsense": 1})).await, 400, "request-invalid");
    assert_refused(&owner.put_json("/api/o/acme/pages/new", &json!({"nonsense": 1})).await, 400, "request-invalid");
    assert_refused(&owner.post_json("/auth/organization", &json!({"org": "acme"})).await, 400, "request-invalid");
    let unreadable = owner.request(Method::POST, "/api/o/acme/tickets").header("content-type", "application/json");
    assert_refused(&owner.send(unreadable.body("{")).await, 400, "request-invalid");
    // Well formed, and still not to be accepted.
    assert_refused(&owner.post_json("/api/o/acme/settings", &json!({"name": " "})).await, 422, "request-invalid");

    let page = owner.wanting_pages().post_form("/api/o/acme/settings", &[("name", " ")]).await;
    assert_page(&page, 422);
}

#[tokio::test]
async fn unauthenticated() {
    let portal = shared();
    let nobody = Visitor::anonymous(&portal);
    for answer in [
        nobody.get("/api/o/acme/invoices").await,
        nobody.get("/api/o/no-such-organization/invoices").await,
        nobody.get("/auth/sessions").await,
        nobody.post_json("/api/save_page", &json!({})).await,
        with_headers(&portal, "/api/o/acme/invoices", &[("authorization", "Basic YTpi")]).await,
    ] {
        assert_refused(&answer, 401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "a bare challenge (RFC 6750 section 3)");
    }
    let page = nobody.wanting_pages().get("/o/acme/invoices?page=2").await;
    assert_eq!(page.status, 303);
    assert_eq!(page.header("location"), Some("/sign-in?return_to=%2Fo%2Facme%2Finvoices%3Fpage%3D2"));
}

#[tokio::test]
async fn session_expired() {
    let portal = shared();
    let cookie = ("cookie", "portcullis=AAAAAAAAAAAAAAAAAAAAAA");
    let answer = with_headers(&portal, "/api/o/acme/invoices", &[cookie]).await;
    assert_refused(&answer, 401, "session-expired");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    assert!(clears_the_cookie(&answer), "{:?}", answer.headers);

    let page = with_headers(&portal, "/o/acme", &[cookie, HTML]).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, Some("/sign-in?return_to=%2Fo%2Facme")));
    assert!(clears_the_cookie(&page), "{:?}", page.headers);
}

#[tokio::test]
async fn token_expired_and_token_invalid() {
    let key = Key::new("one");
    let issuer = Issuer::start(&[&key]).await;
    let portal = Portal::start(PortalOptions::default().with_config(&issuer.config("{}")));
    let ask = async |token: &str| Visitor::bearer(&portal, token).get("/auth/session").await;

    let good = ask(&key.sign(&issuer.claims(json!({})))).await;
    assert_eq!(good.status, 200, "{}", good.body);
    let expired = ask(&key.sign(&issuer.claims(json!({"exp": now() - 60})))).await;
    assert_refused(&expired, 401, "token-expired");
    let challenge = expired.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer error=\"invalid_token\"") && challenge.contains("expired"), "{challenge}");

    let invalid = ask(&Key::new("one").sign(&issuer.claims(json!({})))).await;
    assert_refused(&invalid, 401, "token-invalid");
    assert!(invalid.header("www-authenticate").unwrap().starts_with("Bearer error=\"invalid_token\""));
    // Programs navigate nowhere: also who asks for a page with a token is answered with the document.
    let visitor = Visitor::bearer(&portal, &key.sign(&issuer.claims(json!({"exp": now() - 60}))));
    assert_refused(&visitor.wanting_pages().get("/o/acme").await, 401, "token-expired");
}

#[tokio::test]
async fn permission_denied() {
    let portal = shared();
    let support = Visitor::signed_in(&portal, SUPPORT).await;
    let owner = Visitor::signed_in(&portal, OWNER).await;
    let unpaid = invoices(&owner, "acme", "open").await.remove(0);
    let answer = support.post_json(&format!("/api/o/acme/invoices/{unpaid}/pay"), &json!({})).await;
    assert_refused(&answer, 403, "permission-denied");
    let problem = answer.json();
    assert_eq!(problem["missing"], json!(["invoices:pay"]));
    // Those who hold `members:manage` can give somebody a role that confers it.
    assert_eq!(problem["grantable_by"], json!(["ORG_ADMIN", "ORG_OWNER"]));
    assert_eq!(owner.get(&format!("/api/o/acme/invoices/{unpaid}")).await.json()["state"], "open");

    let page = support.wanting_pages().get("/o/acme/audit").await;
    assert_page(&page, 403);
    for said in ["audit", "Administrator"] {
        assert!(page.body.to_lowercase().contains(&said.to_lowercase()), "`{said}` is not said in\n{}", page.body);
    }
}

#[tokio::test]
async fn role_required() {
    let portal = Portal::start(PortalOptions::default());
    let owner = Visitor::signed_in(&portal, OWNER).await;
    let page = json!({
        "slug": "board", "title": "Board", "required_roles": ["ORG_OWNER", "ORG_ADMIN"], "required_permissions": [],
        "description": "", "icon": "home", "section": "", "position": 90, "any_permission": false, "blocks": [],
        "version": 0,
    });
    let saved = owner.put_json("/api/o/acme/pages/board", &page).await;
    assert_eq!(saved.status, 200, "{}", saved.body);

    let finance = Visitor::signed_in(&portal, FINANCE).await;
    let answer = finance.get("/api/o/acme/pages/board").await;
    assert_refused(&answer, 403, "role-required");
    let mut any_of: Vec<String> = answer.json()["any_of"].as_array().unwrap().iter().map(text).collect();
    any_of.sort();
    assert_eq!(any_of, ["ORG_ADMIN", "ORG_OWNER"]);
    assert_eq!(owner.get("/api/o/acme/pages/board").await.status, 200);
    assert_page(&finance.wanting_pages().get("/o/acme/board").await, 403);
    assert_page(&owner.wanting_pages().get("/o/acme/board").await, 200);
}

#[tokio::test]
async fn cross_site() {
    let portal = shared();
    let owner = Visitor::signed_in(&portal, OWNER).await;
    let cookies = owner.jar(|jar| jar.header("/")).unwrap();
    let other = Visitor::anonymous(&portal);
    let send = async |headers: &[(&str, &str)]| {
        let client = reqwest::Client::new();
        let request = client.post(portal.url("/api/o/acme/settings")).header("cookie", &cookies).json(&json!({}));
        other.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
    };
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", portal.base())],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ] {
        assert_refused(&send(headers).await, 403, "cross-site");
    }
    // From here it is only the body that is wrong.
    for headers in [[("sec-fetch-site", "same-origin")], [("origin", portal.base())]] {
        assert_refused(&send(&headers).await, 400, "request-invalid");
    }
    assert_page(&send(&[("sec-fetch-site", "cross-site"), HTML]).await, 403);
}

#[tokio::test]
async fn organization_suspended() {
    let mut portal = Portal::start(PortalOptions::default());
    let consultant = Visitor::signed_in(&portal, CONSULTANT).await;
    let viewer = Visitor::signed_in(&portal, VIEWER).await;
    portal.stop();
    sql(&portal, "UPDATE organizations SET status = 'suspended' WHERE slug = 'acme'").await;
    portal.restart();

    assert_refused(&consultant.get("/api/o/acme/invoices").await, 403, "organization-suspended");
    assert_refused(&consultant.get("/auth/session?org=acme").await, 403, "organization-suspended");
    let switch = consultant.post_json("/auth/organization", &json!({"organization": "acme"})).await;
    assert_refused(&switch, 403, "organization-suspended");
    assert_page(&consultant.wanting_pages().get("/o/acme").await, 403);
    assert_eq!(consultant.get("/api/o/globex/invoices").await.status, 200, "the other one is open");
    assert_refused(&viewer.get("/api/o/acme/invoices").await, 404, "not-found");
}

#[tokio::test]
async fn not_found_says_the_same_of_unknown_and_foreign() {
    let portal = shared();
    let viewer = Visitor::signed_in(&portal, VIEWER).await;
    let owner = Visitor::signed_in(&portal, OWNER).await;
    let foreign = invoices(&owner, "acme", "open").await.remove(0);
    let same = |one: &Answer, other: &Answer, of: &str| {
        assert_refused(one, 404, "not-found");
        let without_date = |answer: &Answer| {
            let mut headers = answer.headers.clone();
            headers.remove("date");
            headers
        };
        assert_eq!((&one.body, without_date(one)), (&other.body, without_date(other)), "{of}");
    };
    same(
        &viewer.get("/api/o/acme/invoices").await,
        &viewer.get("/api/o/no-such-organization/invoices").await,
        "organizations",
    );
    same(
        &viewer.get(&format!("/api/o/globex/invoices/{foreign}")).await,
        &viewer.get(&format!("/api/o/globex/invoices/{NOBODYS_ID}")).await,
        "rows",
    );
    let switch = async |slug: &str| viewer.post_json("/auth/organization", &json!({"organization": slug})).await;
    same(&switch("acme").await, &switch("no-such-organization").await, "switching");
    assert_refused(&viewer.get("/auth/session?org=acme").await, 404, "not-found");

    let pages = viewer.wanting_pages();
    let (foreign, unknown) = (pages.get("/o/acme").await, pages.get("/o/no-such-organization").await);
    assert_page(&foreign, 404);
    assert_eq!(foreign.body, unknown.body);
    assert!(!foreign.body.contains("acme"), "{}", foreign.body);
    assert_refused(&viewer.get("/api/o/globex/no-such-block").await, 404, "not-found");
    assert_page(&pages.get("/no/such/page").await, 404);
    assert_page(&pages.get("/o/globex/no-such-page").await, 404);
}

#[tokio::test]
async fn conflict() {
    let portal = shared();
    let owner = Visitor::signed_in(&portal, OWNER).await;
    let paid = invoices(&owner, "acme", "paid").await.remove(0);
    let answer = owner.post_json(&format!("/api/o/acme/invoices/{paid}/pay"), &json!({})).await;
    assert_refused(&answer, 409, "conflict");
    assert!(text(&answer.json()["detail"]).contains("already paid"), "{}", answer.body);
    let pages = owner.wanting_pages();
    assert_page(&pages.post_form(&format!("/api/o/acme/invoices/{paid}/pay"), &[("x", "y")]).await, 409);
}

#[tokio::test]
async fn too_many_passwords_have_to_wait() {
    let portal = Portal::start(PortalOptions::default());
    let visitor = Visitor::anonymous(&portal);
    let mut last = None;
    for _ in 0..8 {
        let page = sign_in::attempt_once(&visitor, FINANCE, "a guess").await;
        if page.status == 429 {
            last = Some(page);
            break;
        }
    }
    let page = last.expect("guessing is slowed down");
    assert!(page.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    assert!(page.body.contains("<html") && !Form::all(&page.body).is_empty(), "the form stays: {}", page.body);
    assert_eq!(sign_in::attempt_once(&Visitor::anonymous(&portal), FINANCE, PASSWORD).await.status, 429);
    // Another account is not concerned, and waiting ends it.
    Visitor::signed_in(&portal, SUPPORT).await;
    tokio::time::sleep(Duration::from_secs(page.header("retry-after").unwrap().parse::<u64>().unwrap() + 1)).await;
    assert_eq!(sign_in::attempt_once(&Visitor::anonymous(&portal), FINANCE, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn too_many_client_secrets_have_to_wait() {
    let portal = Portal::start(PortalOptions::default().with_config(ROBOT));
    let nobody = Visitor::anonymous(&portal);
    for _ in 0..30 {
        let request = nobody.request(Method::POST, "/oauth/token").basic_auth("robot", Some("a guess"));
        let answer = nobody.send(request.form(&[("grant_type", "client_credentials")])).await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
            return;
        }
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (401, &json!("invalid_client")));
    }
    panic!("guessing is never slowed down");
}

#[tokio::test]
async fn unavailable() {
    let portal = Portal::start(PortalOptions::default().with_config(ROBOT));
    let consultant = Visitor::signed_in(&portal, CONSULTANT).await;
    let token = client_token(&portal, "robot", ROBOT_SECRET, Some("acme")).await;
    take_the_database_away(&portal).await;

    let asked = [
        // A membership, a session and a token that have to be looked up.
        consultant.get("/api/o/globex/invoices").await,
        with_headers(&portal, "/api/o/acme/invoices", &[("cookie", "portcullis=AAAAAAAAAAAAAAAAAAAAAA")]).await,
        Visitor::bearer(&portal, &token).get("/api/o/acme/invoices").await,
        consultant.post_json("/auth/organization", &json!({"organization": "acme"})).await,
        consultant.get("/auth/sessions").await,
        Visitor::anonymous(&portal).get("/readyz").await,
        Visitor::anonymous(&portal).get("/healthz").await,
    ];
    for answer in asked {
        assert_refused(&answer, 503, "unavailable");
        assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
        assert!(!clears_the_cookie(&answer), "not knowing is not denying");
    }
    let page = consultant.wanting_pages().get("/o/globex").await;
    assert_page(&page, 503);
    assert!(page.header("retry-after").is_some() && !page.body.contains("no such table"), "{}", page.body);
    let anonymous = Visitor::anonymous(&portal).get("/auth/session").await;
    assert_eq!((anonymous.status.as_u16(), anonymous.json()), (200, json!({"authenticated": false})));
}

/// Every table is gone under another name: whatever is asked of the store fails.
async fn take_the_database_away(portal: &Portal) {
    let mut file = SqliteConnection::connect(&portal.database_url()).await.unwrap();
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .fetch_all(&mut file)
            .await
            .unwrap();
    for (table,) in tables {
        let rename = AssertSqlSafe(format!("ALTER TABLE {table} RENAME TO gone_{table}"));
        sqlx::query(rename).execute(&mut file).await.unwrap();
    }
    file.close().await.unwrap();
}

async fn sql(portal: &Portal, statement: &'static str) {
    let mut file = SqliteConnection::connect(&portal.database_url()).await.unwrap();
    let done = sqlx::query(statement).execute(&mut file).await.unwrap();
    assert_eq!(done.rows_affected(), 1, "{statement}");
    file.close().await.unwrap();
}

#[tokio::test]
async fn a_refusal_says_no_word_more_than_its_kind_needs() {
    let portal = shared();
    let viewer = Visitor::signed_in(&portal, VIEWER).await;
    let known = ["type", "title", "status", "detail", "instance", "code", "missing", "grantable_by", "any_of"];
    for path in ["/api/o/acme/invoices", "/api/o/globex/audit", "/api/o/globex/invoices?sort=x", "/api/nothing"] {
        let answer = viewer.get(path).await;
        let Value::Object(problem) = answer.json() else { panic!("{}", answer.body) };
        assert!(problem.keys().all(|key| known.contains(&key.as_str())), "{problem:?}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert!(answer.header("vary").unwrap().to_lowercase().contains("cookie"), "{:?}", answer.headers);
    }
}

/// Asks for a page.
const HTML: (&str, &str) = ("accept", "text/html");

const ROBOT_SECRET: &str = "a-secret-of-the-robot-that-is-long-enough";
const ROBOT: &str = r#"
[[clients]]
client_id = "robot"
client_secret = "a-secret-of-the-robot-that-is-long-enough"
grant_types = ["client_credentials"]
permissions = { acme = ["invoices:view"] }
"#;
