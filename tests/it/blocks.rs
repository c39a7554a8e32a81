//! The blocks of the portal: paging, order, filters, other people's rows, what their flags promise, payments.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use portcullis_tests::{Portal, PortalOptions, Visitor};
use serde_json::{Value, json};

use crate::house::{
    CONSULTANT, FINANCE, FOUNDER, NOBODYS_ID, OWNER, PERSONAS, VIEWER, assert_refused, invoices, rows, shared, text,
};

const BLOCKS: [&str; 5] = ["invoices", "tickets", "services", "orders", "notifications"];

#[tokio::test]
async fn pages_cover_every_row_once() {
    let portal = shared();
    let owner = Visitor::signed_in(&portal, OWNER).await;
    for (block, per_page) in BLOCKS.into_iter().flat_map(|block| [(block, 7), (block, 100)]) {
        let (mut seen, mut count) = (BTreeSet::new(), 0);
        for page in 1.. {
            let answer = owner.get(&format!("/api/o/acme/{block}?page={page}&per_page={per_page}")).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let body = answer.json();
            assert_eq!((&body["page"], &body["per_page"]), (&json!(page), &json!(per_page)));
            let found = rows(&answer);
            if found.is_empty() {
                assert_eq!(body["total"], json!(count), "{block} by {per_page}");
                break;
            }
            count += found.len();
            seen.extend(found.iter().map(|row| text(&row["id"])));
        }
        assert_eq!(seen.len(), count, "{block} by {per_page}: a row came twice");
        assert!(count > 0, "{block}");
    }
}

#[tokio::test]
async fn rows_come_in_the_order_that_is_asked_for() {
    let portal = shared();
    let owner = Visitor::signed_in(&portal, OWNER).await;
    for (block, sort) in [
        ("invoices", "amount_minor"),
        ("invoices", "due_on"),
        ("orders", "total_minor"),
        ("services", "renews_on"),
        ("tickets", "created_on"),
    ] {
        let column = async |sort: String| -> Vec<Value> {
            let answer = owner.get(&format!("/api/o/acme/{block}?per_page=100&sort={sort}")).await;
            rows(&answer).iter().map(|row| row[sort.trim_start_matches('-')].clone()).collect()
        };
        let up = column(sort.to_owned()).await;
        let is_before = |one: &Value, other: &Value| match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => one <= other,
            _ => one.as_str() <= other.as_str(),
        };
        assert!(up.len() > 2 && up.is_sorted_by(is_before), "{block} by {sort}: {up:?}");
        let down = column(format!("-{sort}")).await;
        assert!(down.is_sorted_by(|one, other| is_before(other, one)), "{block} by -{sort}: {down:?}");
    }
}

#[tokio::test]
async fn filters_keep_what_fits_and_all_of_it() {
    let portal = shared();
    let owner = Visitor::signed_in(&portal, OWNER).await;
    let total = async |query: &str| {
        let answer = owner.get(&format!("/api/o/acme/{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["total"].as_u64().unwrap()
    };
    for (block, states) in [
        ("invoices", &["open", "overdue", "paid", "cancelled"][..]),
        ("orders", &["placed", "shipped", "delivered", "cancelled", "returned"][..]),
    ] {
        let mut sum = 0;
        for state in states {
            let answer = owner.get(&format!("/api/o/acme/{block}?state={state}&per_page=100")).await;
            if answer.status == 400 {
                continue;
            }
            assert!(rows(&answer).iter().all(|row| row["state"] == *state), "{block} {state}");
            sum += answer.json()["total"].as_u64().unwrap();
        }
        assert!(sum > 0 && sum <= total(block).await, "{block}");
    }
    let all = total("invoices").await;
    let by_currency: u64 = total("invoices?currency=EUR").await
        + total("invoices?currency=USD").await
        + total("invoices?currency=CHF").await;
    assert!(by_currency <= all && by_currency > 0);
    let (early, late) = (total("invoices?to=2026-01-31").await, total("invoices?from=2026-02-01").await);
    assert_eq!(early + late, all, "two halves of time are the whole");
    assert_eq!(total("invoices?q=no+such+words+anywhere").await, 0);
    assert_eq!(total("invoices?q=%25").await, 0, "a percent sign means itself");
    assert_eq!(total("invoices?state=&q=&page=&sort=").await, all, "an empty field of a form is no filter");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_its_name() {
    let portal = shared();
    let owner = Visitor::signed_in(&portal, OWNER).await;
    for block in BLOCKS {
        for (name, query) in [
            ("page", "page=0"),
            ("page", "page=-1"),
            ("page", "page=1&page=2"),
            ("per_page", "per_page=101"),
            ("per_page", "per_page=lots"),
            ("sort", "sort=org_id"),
            ("sort", "sort=id;drop+table+invoices"),
            ("from", "from=2025-02-30"),
            ("org_id", "org_id=1"),
            ("organization", "organization=globex"),
        ] {
            let answer = owner.get(&format!("/api/o/acme/{block}?{query}")).await;
            assert_refused(&answer, 400, "request-invalid");
            assert!(text(&answer.json()["detail"]).contains(&format!("`{name}`")), "{block} {query}: {}", answer.body);
        }
    }
    assert_eq!(owner.get("/api/o/acme/invoices").await.json()["total"].as_u64().map(|total| total > 0), Some(true));
}

#[tokio::test]
async fn rows_of_another_organization_are_out_of_reach() {
    let portal = shared();
    let (owner, viewer) = (Visitor::signed_in(&portal, OWNER).await, Visitor::signed_in(&portal, VIEWER).await);
    let consultant = Visitor::signed_in(&portal, CONSULTANT).await;
    let foreign = rows(&owner.get("/api/o/acme/invoices?state=open").await).remove(0);
    let (id, number) = (text(&foreign["id"]), text(&foreign["number"]));

    // By id, also for somebody who may pay it elsewhere.
    for visitor in [&viewer, &consultant] {
        assert_refused(&visitor.get(&format!("/api/o/globex/invoices/{id}")).await, 404, "not-found");
    }
    let founder = Visitor::signed_in(&portal, FOUNDER).await;
    for wanted in [id.as_str(), NOBODYS_ID, "7", "'%20OR%201=1%20--"] {
        let answer = founder.post_json(&format!("/api/o/initech/invoices/{wanted}/pay"), &json!({})).await;
        assert_refused(&answer, 404, "not-found");
        assert!(!answer.body.contains(&number) && !answer.body.contains(wanted), "{}", answer.body);
    }
    // By search, filter and order.
    for query in [format!("q={number}"), "q='+OR+1=1+--".to_owned(), "q=acme".to_owned(), "per_page=100".to_owned()] {
        let answer = viewer.get(&format!("/api/o/globex/invoices?{query}")).await;
        assert!(!answer.body.contains(&id) && !answer.body.contains(&number), "{query}");
    }
    // Every block of two organizations of the same person.
    for block in BLOCKS {
        let ids = async |org: &str| -> BTreeSet<String> {
            let answer = consultant.get(&format!("/api/o/{org}/{block}?per_page=100")).await;
            rows(&answer).iter().map(|row| text(&row["id"])).collect()
        };
        let (acme, globex) = (ids("acme").await, ids("globex").await);
        assert!(!acme.is_empty() && !globex.is_empty() && acme.is_disjoint(&globex), "{block}");
    }
    let members = viewer.get("/api/o/globex/members").await.body;
    assert!(!members.contains("acme.example"), "{members}");
}

/// The requests behind the flags of a block; made so that one who may gets 400, 404 or 409, or 2xx.
const DECIDED: [(&str, &str, &str, &str); 12] = [
    ("invoices", "view", "GET", "/invoices"),
    ("invoices", "pay", "POST", "/invoices/00000000-0000-4000-8000-000000000000/pay"),
    ("tickets", "view", "GET", "/tickets"),
    ("tickets", "create", "POST", "/tickets"),
    ("tickets", "close", "POST", "/tickets/00000000-0000-4000-8000-000000000000/close"),
    ("services", "view", "GET", "/services"),
    ("services", "manage", "POST", "/services/00000000-0000-4000-8000-000000000000/renew"),
    ("orders", "view", "GET", "/orders"),
    ("notifications", "view", "GET", "/notifications"),
    ("notifications", "mark_read", "POST", "/notifications/00000000-0000-4000-8000-000000000000/read"),
    ("members", "invite", "POST", "/members"),
    ("settings", "edit", "POST", "/settings"),
];

#[tokio::test]
async fn the_flags_of_a_block_are_what_requests_decide() {
    let portal = shared();
    for persona in &PERSONAS {
        let visitor = Visitor::signed_in(&portal, persona.email).await;
        for org in ["acme", "globex", "initech"].into_iter().filter(|org| persona.roles_in(org).is_some()) {
            for (block, action, method, path) in DECIDED {
                let shown = visitor.get(&format!("/api/o/{org}/{block}")).await.json();
                let flag =
                    shown["permissions"][action].as_bool().unwrap_or_else(|| panic!("{block}:{action}: {shown}"));
                let request = visitor.request(method.parse().unwrap(), &format!("/api/o/{org}{path}"));
                let request = if method == "POST" { request.json(&json!({"nonsense": 1})) } else { request };
                let answer = visitor.send(request).await;
                let allowed = answer.status != 403;
                assert_eq!(flag, allowed, "{} in {org}: {block}:{action} is {}", persona.email, answer.status);
                assert!(answer.status != 401 && answer.status.as_u16() < 500, "{}", answer.body);
            }
        }
    }
}

#[tokio::test]
async fn an_invoice_is_paid_once() {
    let portal = Portal::start(PortalOptions::default());
    let finance = Visitor::signed_in(&portal, FINANCE).await;
    let unpaid = invoices(&finance, "acme", "overdue").await.remove(0);
    let pay = format!("/api/o/acme/invoices/{unpaid}/pay");
    let first = finance.post_json(&pay, &json!({})).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!((&first.json()["id"], &first.json()["state"]), (&json!(unpaid), &json!("paid")));
    assert!(first.json()["paid_on"].is_string());
    assert_refused(&finance.post_json(&pay, &json!({})).await, 409, "conflict");
    let cancelled = invoices(&finance, "acme", "cancelled").await.remove(0);
    let answer = finance.post_json(&format!("/api/o/acme/invoices/{cancelled}/pay"), &json!({})).await;
    assert_refused(&answer, 409, "conflict");

    let unpaid = invoices(&finance, "acme", "overdue").await.remove(0);
    let page = finance.wanting_pages();
    let back = page.request(http::Method::POST, &format!("/api/o/acme/invoices/{unpaid}/pay"));
    let back = page.send(back.header("referer", portal.url("/o/acme/invoices?page=2")).form(&[("x", "y")])).await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, Some("/o/acme/invoices?page=2")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_payments_at_once_are_one() {
    let portal = Portal::start(PortalOptions::default());
    let (finance, owner) = (Visitor::signed_in(&portal, FINANCE).await, Visitor::signed_in(&portal, OWNER).await);
    for unpaid in invoices(&finance, "acme", "open").await.into_iter().take(3) {
        let path = format!("/api/o/acme/invoices/{unpaid}/pay");
        let attempts = (0..20).map(|at| {
            let (visitor, path) = (if at % 2 == 0 { finance.clone() } else { owner.clone() }, path.clone());
            tokio::spawn(async move { visitor.post_json(&path, &json!({})).await.status.as_u16() })
        });
        let mut answers: Vec<u16> = join_all(attempts).await.into_iter().map(Result::unwrap).collect();
        answers.sort_unstable();
        assert_eq!((answers[0], &answers[1..]), (200, &[409; 19][..]));
    }
}
