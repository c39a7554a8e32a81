//! Organizations that sign their people in by a provider of their own: routing, roles, and no way around it.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
};

use axum::body::Body;
use http::{Request, StatusCode, header};
use portcullis_core::{Principal, Subject, principal::Party, principal::User};
use portcullis_middleware::{
    grants::{GrantQuery, GrantSource, GrantSources},
    port::{EnterpriseConnection, OrgRoles},
    token::Claims,
};
use serde_json::{Value, json};

use crate::{
    company::{CLIENT, Company, Scene, acme, answer_to, connection, globex, query},
    house::{ANN, Answer, send, user},
    issuer::ISSUER,
    permissions::VOCABULARY,
    stores::{Room, Stores},
};

#[tokio::test]
async fn an_address_leads_to_the_provider_of_its_domain() {
    let scene = Scene::set().await;
    for email in ["ada@acme.example", " Ada@ACME.Example ", "\"ada@home\"@acme.example"] {
        let answer = scene.go(email).await;
        assert!(answer.location().starts_with(&format!("{}/authorize?", scene.acme.issuer)), "{email}");
        let sent = query(&answer);
        assert_eq!(sent["login_hint"], email.trim());
        assert_eq!(sent["redirect_uri"], format!("https://portal.example/auth/callback/enterprise-{}", acme()));
        assert_eq!((sent["client_id"].as_str(), sent["code_challenge_method"].as_str()), (CLIENT, "S256"));
    }
    for email in [
        "ada@globex.example",
        "ada@mail.acme.example",
        "ada@acme.example.evil.example",
        "ada@acme.example@evil.example",
        "ada@xacme.example",
        "ada@acme.example.",
        "ada@ac%6de.example",
        "acme.example",
        "@acme.example",
    ] {
        let answer = scene.go(email).await;
        assert!(answer.location().starts_with(&format!("{ISSUER}/authorize?")), "{email}: {}", answer.location());
        assert_eq!(query(&answer)["login_hint"], email);
    }
}

#[tokio::test]
async fn known_and_unknown_domains_are_answered_alike() {
    let scene = Scene::set().await;
    let (known, unknown) = (scene.go("ada@acme.example").await, scene.go("ada@nowhere.example").await);
    assert_eq!((known.status, unknown.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(names(&known), names(&unknown));
    let parameters = |answer: &Answer| query(answer).into_keys().collect::<BTreeSet<_>>();
    assert_eq!(parameters(&known), parameters(&unknown));
    assert_eq!(known.body, unknown.body);
}

#[tokio::test]
async fn a_form_keeps_the_address_out_of_the_url() {
    let scene = Scene::set().await;
    let request = Request::post("/auth/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("email=ada%40acme.example&return_to=%2Fo%2Facme"));
    let answer = send(&scene.portal, request.unwrap()).await;
    assert!(answer.location().starts_with(&scene.acme.issuer), "{answer:?}");
    let repeated = Request::post("/auth/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("email=a&email=b"));
    assert_eq!(send(&scene.portal, repeated.unwrap()).await.refusal(), (400, "request-invalid".to_owned()));
}

#[tokio::test]
async fn a_login_brings_the_membership_and_roles_of_its_claims_each_time_anew() {
    let scene = Scene::set().await;
    for (groups, roles) in [
        (json!(["Finance Team", "Others"]), vec!["FINANCE", "ORG_USER"]),
        (json!("Finance Team"), vec!["FINANCE", "ORG_USER"]),
        (json!(["finance team"]), vec!["ORG_USER"]),
        (json!({"Finance Team": true}), vec!["ORG_USER"]),
        (Value::Null, vec!["ORG_USER"]),
    ] {
        let answer = scene.sign_in(&json!({"groups": groups})).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/o/acme"), "{}", answer.body);
        let told = scene.told();
        let membership = told.membership.unwrap();
        assert_eq!((membership.organization.as_str(), membership.makes_membership), ("acme", true));
        assert_eq!(membership.provider, EnterpriseConnection::provider_id(acme()));
        assert_eq!(membership.roles, roles, "{groups}");
        assert_eq!((told.email.as_str(), told.email_verified), ("ada@acme.example", true));
        assert_eq!(told.subject.issuer.as_ref(), scene.acme.issuer);
    }
}

#[tokio::test]
async fn the_provider_speaks_for_its_own_domains_alone() {
    let scene = Scene::set().await;
    for changes in [
        json!({"email": "victim@globex.example"}),
        json!({"email": "victim@globex.example", "email_verified": true}),
        json!({"email": "ada@acme.example", "email_verified": false}),
        json!({"email": "ada@sub.acme.example"}),
        json!({"email": null}),
    ] {
        assert_eq!(scene.sign_in(&changes).await.location(), "/o/acme");
        let told = scene.told();
        assert!(!told.email_verified && !told.membership.unwrap().makes_membership, "{changes}");
    }
    scene.register.change(|one| one.just_in_time = false);
    scene.sign_in(&json!({})).await;
    let told = scene.told();
    assert!(told.email_verified && !told.membership.unwrap().makes_membership, "members alone");
}

#[tokio::test]
async fn a_forced_domain_signs_in_by_no_other_provider() {
    let scene = Scene::set().await;
    assert_eq!(scene.sign_in_locally("ada@acme.example").await.location(), "/o/acme", "not forced");
    scene.house.stores.logins.lock().unwrap().clear();
    scene.register.change(|one| one.forced = true);
    let refused = (403, "permission-denied".to_owned());
    for email in ["ada@acme.example", "ADA@Acme.Example"] {
        assert_eq!(scene.sign_in_locally(email).await.refusal(), refused, "{email}");
    }
    assert!(scene.house.stores.logins.lock().unwrap().is_empty(), "nobody was made known");
    assert_eq!(scene.sign_in_locally("ada@mail.acme.example").await.location(), "/o/acme", "another domain");
    assert_eq!(scene.sign_in(&json!({})).await.location(), "/o/acme", "its own provider");

    // Whom the directory knows under the domain is refused whatever the provider states.
    let ann = User { id: user(ANN), email: "ann@acme.example".into(), name: "Ann".into() };
    scene.house.stores.people.lock().unwrap().insert("ada".to_owned(), ann);
    assert_eq!(scene.sign_in_locally("").await.refusal(), refused);
    scene.register.owners.lock().unwrap().push((user(ANN), globex()));
    assert_eq!(scene.sign_in_locally("").await.refusal(), refused, "an owner of another organization");
    scene.register.owners.lock().unwrap().push((user(ANN), acme()));
    assert_eq!(scene.sign_in_locally("").await.location(), "/o/acme", "an owner breaks the glass");
}

#[tokio::test]
async fn a_form_is_no_way_around_it_either() {
    let scene = Scene::set().await;
    let knock = async || {
        let request = Request::post("/auth/strategies/form")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from("email=ann%40acme.example&password=p"));
        send(&scene.portal, request.unwrap()).await
    };
    assert_eq!(knock().await.status, StatusCode::NO_CONTENT, "not forced");
    scene.register.change(|one| one.forced = true);
    let refused = knock().await;
    assert_eq!(refused.refusal(), (403, "permission-denied".to_owned()));
    assert!(!refused.headers.contains_key(header::SET_COOKIE));
    scene.register.owners.lock().unwrap().push((user(ANN), acme()));
    assert_eq!(knock().await.status, StatusCode::NO_CONTENT, "an owner breaks the glass");
    scene.register.down.store(true, Ordering::SeqCst);
    assert_eq!(knock().await.refusal(), (503, "unavailable".to_owned()));
}

#[tokio::test]
async fn another_organizations_provider_is_no_way_around_it() {
    let scene = Scene::set().await;
    let evil = Company::open().await;
    scene.register.connections.lock().unwrap().push(connection(&evil, globex(), "globex.example"));
    scene.register.change(|one| one.forced = true);
    let answer = scene.sign_in_by(&evil, globex(), &json!({"email": "ada@acme.example"})).await;
    assert_eq!(answer.refusal(), (403, "permission-denied".to_owned()));
    let answer = scene.sign_in_by(&evil, globex(), &json!({"email": "bob@globex.example"})).await;
    assert_eq!(answer.location(), "/o/acme");
    // The answer of one provider at the other's redirect URI (mix-up).
    let mut browser = scene.browser();
    let sent = query(&browser.get("/auth/login?email=ada@acme.example").await);
    evil.states(&scene.house, &sent["nonce"], &json!({}));
    let id = EnterpriseConnection::provider_id(globex());
    let mixed = browser.get(&answer_to(&id, &evil.issuer, &sent)).await;
    assert_eq!(mixed.refusal(), (400, "request-invalid".to_owned()));
    // And an ID token of the wrong issuer at the right one.
    let sent = query(&browser.get("/auth/login?email=ada@acme.example").await);
    scene.acme.states(&scene.house, &sent["nonce"], &json!({"iss": evil.issuer}));
    let id = EnterpriseConnection::provider_id(acme());
    let forged = browser.get(&answer_to(&id, &scene.acme.issuer, &sent)).await;
    assert_eq!(forged.refusal(), (400, "request-invalid".to_owned()));
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn an_organizations_provider_ends_the_sessions_that_it_began() {
    let scene = Scene::set().await;
    let (mut browser, id) = (scene.browser(), EnterpriseConnection::provider_id(acme()));
    let sent = browser.leaves("/auth/login?email=ada@acme.example").await;
    scene.acme.states(&scene.house, &sent["nonce"], &json!({"sid": "s-1"}));
    browser.get(&answer_to(&id, &scene.acme.issuer, &sent)).await;
    assert!(browser.is_signed_in().await);
    let now = scene.house.now();
    let claims = json!({"iss": scene.acme.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "lt-1",
        "sid": "s-1", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}});
    let told = async |token: String| {
        let request = Request::post(format!("/auth/backchannel-logout/{id}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("logout_token={token}")));
        send(&scene.portal, request.unwrap()).await.status
    };
    assert_eq!(told(scene.house.issuer.sign(Some("logout+jwt"), &claims)).await, StatusCode::BAD_REQUEST);
    assert!(browser.is_signed_in().await, "another's key");
    assert_eq!(told(scene.acme.desk.key.sign(Some("logout+jwt"), &claims)).await, StatusCode::OK);
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn a_changed_connection_counts_at_once() {
    let scene = Scene::set().await;
    assert_eq!(scene.sign_in(&json!({})).await.location(), "/o/acme");
    let moved = Company::open().await;
    scene.register.change(|one| one.issuer.clone_from(&moved.issuer));
    assert!(scene.go("ada@acme.example").await.location().starts_with(&moved.issuer));
    scene.register.connections.lock().unwrap().clear();
    assert!(scene.go("ada@acme.example").await.location().starts_with(ISSUER));
    let id = EnterpriseConnection::provider_id(acme());
    let gone = scene.browser().get(&format!("/auth/login?provider={id}")).await;
    assert_eq!(gone.refusal(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn what_cannot_be_asked_is_503() {
    let unavailable = (503, "unavailable".to_owned());
    let scene = Scene::set().await;
    scene.acme.desk.metadata.lock().unwrap()["issuer"] = json!("https://other.example");
    assert_eq!(scene.go("ada@acme.example").await.refusal(), unavailable, "metadata of another issuer");
    scene.register.down.store(true, Ordering::SeqCst);
    assert_eq!(scene.go("ada@acme.example").await.refusal(), unavailable, "not the local provider");
    assert_eq!(scene.sign_in_locally("ada@acme.example").await.refusal(), unavailable, "not let in");
    scene.register.down.store(false, Ordering::SeqCst);
    scene.house.stores.go_down(Room::People);
    assert_eq!(scene.sign_in_locally("ada@globex.example").await.refusal(), unavailable);
}

#[tokio::test]
async fn a_dry_run_tells_what_a_login_would_bring() {
    let scene = Scene::set().await;
    let own = connection(&scene.acme, acme(), "acme.example");
    let preview = |claims: Value| own.preview(&Claims::parse(claims.to_string().into_bytes()).unwrap());
    let good = preview(json!({"email": "Ada@acme.example", "groups": ["Finance Team"]}));
    assert_eq!(good.email.as_deref(), Some("Ada@acme.example"));
    assert_eq!((good.makes_membership, good.roles), (true, ["FINANCE", "ORG_USER"].map(str::to_owned).into()));
    let foreign = preview(json!({"email": "ada@globex.example", "groups": 7}));
    assert_eq!((foreign.email, foreign.makes_membership), (None, false));
    assert_eq!(foreign.roles, ["ORG_USER".to_owned()].into());
}

#[tokio::test]
async fn grants_of_all_organizations_providers_come_from_the_same_sources() {
    let stores = Arc::new(Stores::default());
    let sources = GrantSources::new().with_source("enterprise", Arc::clone(&stores) as Arc<dyn GrantSource>);
    let (organization, roles) = (Stores::acme(), OrgRoles::default());
    for (provider, asked) in [
        (EnterpriseConnection::provider_id(acme()), 1),
        ("enterprise-of-nobody".to_owned(), 1),
        ("hub".to_owned(), 1),
        (EnterpriseConnection::provider_id(globex()), 2),
    ] {
        let subject = Subject { issuer: ISSUER.into(), id: "ada".into() };
        let principal =
            Principal { subject, provider: provider.as_str().into(), party: Party::External, claimed: None };
        let query =
            GrantQuery { principal: &principal, organization: &organization, roles: &roles, vocabulary: VOCABULARY };
        sources.load(&query).await.unwrap();
        assert_eq!(stores.asked(Room::Grants), asked, "{provider}");
    }
}
