//! Mode 4: an organization's people sign in by its own provider, which npm `oidc-provider` plays.

use http::Method;
use portcullis_tests::{Answer, OidcProvider, Portal, PortalOptions, Visitor, sign_in};
use serde_json::{Value, json};

const OWNER: &str = "owner@acme.example";
const FINANCE: &str = "finance@acme.example";

/// Acme with its own provider for `acme.example`, set up by its owner in the portal's pages.
async fn acme(portal: &Portal, forced: bool) -> (OidcProvider, Visitor, String) {
    acme_with(portal, forced, &[]).await
}

/// The same with a provider that demands something of requests.
async fn acme_with(portal: &Portal, forced: bool, demands: &[&str]) -> (OidcProvider, Visitor, String) {
    let owner = Visitor::signed_in(portal, OWNER).await;
    let session = owner.get("/auth/session?org=acme").await.json();
    let id = format!("enterprise-{}", session["organization"]["id"].as_str().unwrap());
    let accounts = json!({
        "ada@acme.example": {"roles": ["staff", "cashiers"]},
        "bob@acme.example": {"roles": ["nobody knows"]},
    });
    let redirect_uri = portal.url(&format!("/auth/callback/{id}"));
    let provider = OidcProvider::start_demanding(demands, &json!({"redirect_uris": [redirect_uri]}), &accounts);
    let mut settings = vec![
        ("issuer", provider.issuer()),
        ("client_id", OidcProvider::CLIENT_ID),
        ("client_secret", OidcProvider::CLIENT_SECRET),
        ("claim", "roles"),
        ("roles", "staff = ORG_USER; cashiers = FINANCE"),
        ("just_in_time", "yes"),
    ];
    settings.extend(forced.then_some(("forced", "yes")));
    let saved = owner.post_form("/account/o/acme/sign-on", &settings).await;
    assert!(saved.body.contains("The provider was set."), "{} {}", saved.status, saved.body);
    owner.post_form("/account/o/acme/sign-on/domains", &[("domain", "acme.example")]).await;
    let shown = owner.post_form("/account/o/acme/sign-on/domains/acme.example/confirm", &[("", "")]).await;
    assert!(shown.body.contains("The domain is yours."), "{} {}", shown.status, shown.body);
    (provider, owner, id)
}

/// Where the address leads.
async fn led_to(portal: &Portal, email: &str) -> String {
    let form = [("email", email), ("return_to", "/")];
    let nobody = Visitor::anonymous(portal).wanting_pages();
    nobody.post_form("/auth/login", &form).await.location().unwrap().to_string()
}

async fn roles(visitor: &Visitor) -> Value {
    visitor.get("/auth/session?org=acme").await.json()["roles"].clone()
}

#[tokio::test]
async fn an_address_leads_to_its_organization_s_provider_and_groups_become_roles() {
    let portal = Portal::start(PortalOptions::default());
    let (provider, _, id) = acme(&portal, false).await;
    assert!(led_to(&portal, "Ada@ACME.example").await.starts_with(provider.issuer()));
    for other in ["ada@sub.acme.example", "ada@elsewhere.example", "ada"] {
        assert!(led_to(&portal, other).await.starts_with(portal.base()), "{other}");
    }

    let ada = Visitor::anonymous(&portal);
    sign_in::by_password(&ada, &id, "ada@acme.example", "anything").await;
    assert_eq!(roles(&ada).await, json!(["FINANCE", "ORG_USER"]));
    assert_eq!(ada.get("/api/o/acme/invoices").await.status, 200);
    let bob = Visitor::anonymous(&portal);
    sign_in::by_password(&bob, &id, "bob@acme.example", "anything").await;
    assert_eq!(bob.get("/api/o/acme/invoices").await.status, 403, "a member without a role");
    assert_eq!(ada.get("/api/o/globex/invoices").await.status, 404, "and of no other organization");
}

#[tokio::test]
async fn a_provider_that_demands_pushed_requests_sees_the_address_and_no_browser_does() {
    let portal = Portal::start(PortalOptions::default());
    let (provider, _, id) = acme_with(&portal, false, &["pushed-requests"]).await;
    let to = led_to(&portal, "ada@acme.example").await;
    assert!(to.starts_with(provider.issuer()) && to.contains("request_uri=") && !to.contains("login_hint"), "{to}");
    let ada = Visitor::anonymous(&portal);
    sign_in::by_password(&ada, &id, "ada@acme.example", "anything").await;
    assert_eq!(roles(&ada).await, json!(["FINANCE", "ORG_USER"]));
    assert_eq!(provider.count("pushed").await, 2);
}

#[tokio::test]
async fn where_single_sign_on_is_forced_only_an_owner_may_break_the_glass() {
    let portal = Portal::start(PortalOptions::default());
    let (_provider, _, _) = acme(&portal, true).await;
    let finance = Visitor::anonymous(&portal);
    let refused = walk_in(&finance, FINANCE).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert_eq!(finance.get("/auth/session").await.json()["authenticated"], false);
    let owner = Visitor::signed_in(&portal, OWNER).await;
    assert_eq!(owner.get("/api/o/acme/invoices").await.status, 200, "the glass");
    let other = Visitor::signed_in(&portal, "viewer@globex.example").await;
    assert_eq!(other.get("/api/o/globex/invoices").await.status, 200, "another organization's people are free");
}

/// Signs in at the embedded provider as far as it goes.
async fn walk_in(visitor: &Visitor, email: &str) -> Answer {
    let mut answer = sign_in::attempt_once(visitor, email, portcullis_tests::visitor::PASSWORD).await;
    let visitor = visitor.wanting_pages();
    while let Some(next) = answer.location() {
        answer = visitor.get(next.as_str()).await;
    }
    answer
}

#[tokio::test]
async fn a_dry_run_tells_what_a_login_would_bring_and_only_administrators_may_ask() {
    let portal = Portal::start(PortalOptions::default());
    let (_provider, owner, _) = acme(&portal, false).await;
    let claims = r#"{"email": "eve@acme.example", "roles": ["cashiers"]}"#;
    let told = owner.post_form("/account/o/acme/sign-on/preview", &[("claims", claims)]).await;
    assert!(told.body.contains("FINANCE") && told.body.contains("makes_membership"), "{}", told.body);
    let members = owner.get("/api/o/acme/members?q=eve").await;
    assert_eq!(members.json()["data"], json!([]), "nothing changed");

    let finance = Visitor::signed_in(&portal, FINANCE).await;
    let refused = finance.send(finance.request(Method::GET, "/account/o/acme/sign-on")).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_deref()), (403, Some("permission-denied")));
}
