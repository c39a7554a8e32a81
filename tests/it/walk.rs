//! The whole, as a person without any script walks it: page by page, link by link, form by form.

use portcullis_tests::form::Form;
use portcullis_tests::visitor::PASSWORD;
use portcullis_tests::{Answer, Portal, PortalOptions, Visitor, sign_in};

use crate::house::{CONSULTANT, assert_refused};

/// A person at a browser without script.
struct Person(Visitor);

impl Person {
    /// Follows redirects to a page, as a browser does.
    async fn arrive(&self, mut answer: Answer) -> Answer {
        while let Some(next) = answer.location() {
            answer = self.0.get(next.as_str()).await;
        }
        assert_eq!(answer.status, 200, "{} {}", answer.url, answer.body);
        answer
    }

    async fn open(&self, path: &str) -> Answer {
        self.arrive(self.0.get(path).await).await
    }

    /// Sends a form that stands on a page; a browser tells where that was.
    async fn send(&self, page: &Answer, form: &Form, values: &[(&str, &str)]) -> Answer {
        let target = page.url.join(&form.action).unwrap();
        let request = self.0.request(http::Method::POST, target.as_str()).header("referer", page.url.as_str());
        self.arrive(self.0.send(request.form(&form.filled(values))).await).await
    }
}

/// The first form of a page whose target is of this kind.
fn form(page: &Answer, begins: &str, ends: &str) -> Form {
    let fits = |form: &Form| form.is_post && form.action.starts_with(begins) && form.action.ends_with(ends);
    Form::all(&page.body).into_iter().find(fits).unwrap_or_else(|| panic!("no form {begins}…{ends} at {}", page.url))
}

/// Whether the page has a button for this that can be pressed.
fn can(page: &Answer, permission: &str) -> bool {
    page.body.contains(&format!("data-permission=\"{permission}\" data-state=\"allowed\""))
}

#[tokio::test]
async fn a_day_of_the_consultant_without_script() {
    let portal = Portal::start(PortalOptions::default());
    let person = Person(Visitor::anonymous(&portal).wanting_pages());

    // A link from an e-mail, before signing in: the sign-in leads back to it.
    let page = person.open("/o/acme/invoices?state=open").await;
    let login = Form::all(&page.body).into_iter().find(|form| form.password.is_some()).unwrap();
    assert!(page.body.contains(CONSULTANT), "the demo lists its people");
    let wrong = person
        .0
        .post_form(
            page.url.join(&login.action).unwrap().as_str(),
            &login.filled(&[("email", CONSULTANT), ("password", "wrong")]),
        )
        .await;
    assert!(!wrong.status.is_redirection() && wrong.body.contains("role=\"alert\""), "{}", wrong.body);
    let list = person.send(&page, &login, &[("email", CONSULTANT), ("password", PASSWORD)]).await;
    assert_eq!((list.url.path(), list.url.query()), ("/o/acme/invoices", Some("state=open")));
    assert!(can(&list, "invoices:pay"));

    // Pays the first invoice of the list, and is back on the list without it.
    let pay = form(&list, "/api/o/acme/invoices/", "/pay");
    let after = person.send(&list, &pay, &[]).await;
    assert_eq!(after.url, list.url);
    assert!(!after.body.contains(&pay.action), "it is paid");

    // Another organization by its link: the same list, and nothing to pay with.
    assert!(list.body.contains("data-organization=\"globex\""));
    let globex = person.open("/o/globex").await;
    assert!(globex.body.contains("Globex") && !can(&globex, "invoices:pay"));
    let theirs = person.open("/o/globex/invoices?state=open").await;
    let refused_pay = form(&theirs, "/api/o/globex/invoices/", "/pay");
    assert!(theirs.body.contains("ORG_ADMIN or ORG_OWNER"), "the button says who can help");
    let refused = person.0.post_form(theirs.url.join(&refused_pay.action).unwrap().as_str(), &refused_pay.fields).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("<html"), "{}", refused.body);

    // What is denied is not sent: neither the page nor a word of it.
    let audit = person.0.get("/o/globex/audit").await;
    assert_eq!(audit.status, 403);
    assert!(!audit.body.contains("data-block=\"audit\""), "{}", audit.body);
    assert!(!globex.body.contains("/o/globex/audit"), "the navigation does not lead there");
    assert!(person.open("/o/acme").await.body.contains("/o/acme/audit"));

    // The start page leads where one was last; signing out ends it all.
    assert_eq!(person.0.get("/").await.header("location"), Some("/o/acme"));
    let home = person.send(&after, &form(&after, "/auth/logout", ""), &[]).await;
    assert_eq!(home.url.path(), "/");
    assert!(home.body.contains("/auth/login"), "{}", home.body);
    assert_eq!(person.0.get("/o/acme").await.header("location"), Some("/sign-in?return_to=%2Fo%2Facme"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tabs_do_not_mix_organizations() {
    let portal = crate::house::shared();
    let tabs = Visitor::signed_in(&portal, CONSULTANT).await;
    let clicks = (0..60_usize).map(|at| {
        let tabs = tabs.clone();
        tokio::spawn(async move {
            let (org, other) = if at.is_multiple_of(2) { ("acme", "globex") } else { ("globex", "acme") };
            if at.is_multiple_of(5) {
                // Meanwhile somebody switches back and forth.
                let switch = tabs.post_json("/auth/organization", &serde_json::json!({"organization": other})).await;
                assert_eq!(switch.json()["organization"]["slug"], other);
            }
            let prefix = if org == "acme" { "ACME-" } else { "GLBX-" };
            let rows = crate::house::rows(&tabs.get(&format!("/api/o/{org}/invoices")).await);
            assert!(rows.iter().all(|row| row["number"].as_str().is_some_and(|number| number.starts_with(prefix))));
            let page = tabs.wanting_pages().get(&format!("/o/{org}/invoices")).await;
            assert_eq!(can(&page, "invoices:pay"), org == "acme", "{org}");
            assert!(!page.body.contains(if org == "acme" { "GLBX-" } else { "ACME-" }), "{org}");
        })
    });
    for click in futures_util::future::join_all(clicks).await {
        click.unwrap();
    }
}

#[tokio::test]
async fn the_founder_s_empty_organization_works_too() {
    let portal = crate::house::shared();
    let founder = Visitor::signed_in(&portal, crate::house::FOUNDER).await;
    for page in [
        "",
        "/invoices",
        "/tickets",
        "/services",
        "/orders",
        "/notifications",
        "/members",
        "/roles",
        "/settings",
        "/audit",
    ] {
        let answer = founder.wanting_pages().get(&format!("/o/initech{page}")).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.body.contains("Initech"), "{page}");
    }
    for block in ["invoices", "tickets", "services", "orders", "notifications"] {
        let answer = founder.get(&format!("/api/o/initech/{block}")).await.json();
        assert_eq!((&answer["data"], &answer["total"]), (&serde_json::json!([]), &serde_json::json!(0)), "{block}");
    }
    assert_refused(&founder.get("/api/o/acme/invoices").await, 404, "not-found");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_person_look_alike() {
    let portal = Portal::start(PortalOptions::default());
    let page = async |name: &str| {
        let answer = sign_in::attempt_once(&Visitor::anonymous(&portal), name, "wrong").await;
        let alert = answer.body.split("role=\"alert\"").nth(1).map(|rest| rest.chars().take(200).collect::<String>());
        (answer.status, alert.unwrap_or_else(|| panic!("{}", answer.body)))
    };
    assert_eq!(page(CONSULTANT).await, page("nobody@nowhere.example").await);
}
