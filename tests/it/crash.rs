//! Killed in the middle of two hundred writes, ten times over: nothing answered is lost, nothing is paid twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use portcullis_tests::{Portal, PortalOptions, Visitor};
use serde_json::json;
use sqlx::{Connection, SqliteConnection};
use tokio::task::JoinSet;

use crate::house::{CONSULTANT, FINANCE, OWNER, invoices};

/// How often it is killed.
const ROUNDS: usize = 10;

/// Of two hundred writes: payments, of which several want the same invoice; switches; sign-ins.
const PAYMENTS: usize = 120;
const SWITCHES: usize = 70;
const SIGN_INS: usize = 10;

/// How many invoices are to be paid in a round, each by many at once.
const WANTED: usize = 3;

/// What was answered before the end: a promise.
#[derive(Debug)]
enum Promise {
    Paid(String),
    Switched,
    SignedIn(Box<Visitor>),
}

/// A write that is under way, and the promise it brought.
type Write = Option<Promise>;

async fn pay(visitor: Visitor, invoice: String) -> Write {
    let path = format!("/api/o/acme/invoices/{invoice}/pay");
    let answer = visitor.try_send(visitor.request(http::Method::POST, &path).json(&json!({}))).await.ok()?;
    assert!(matches!(answer.status.as_u16(), 200 | 409), "{}", answer.body);
    (answer.status == 200).then_some(Promise::Paid(invoice))
}

async fn switch(visitor: Visitor, to: &'static str) -> Write {
    let body = json!({"organization": to});
    let answer = visitor.try_send(visitor.request(http::Method::POST, "/auth/organization").json(&body)).await.ok()?;
    assert_eq!(answer.status, 200, "{}", answer.body);
    Some(Promise::Switched)
}

/// The password is known to be good: the provider remembers the sign-on, and each further one writes a session.
async fn sign_in(visitor: Visitor) -> Write {
    let visitor = visitor.wanting_pages();
    let mut next = "/auth/login?provider=local&return_to=/auth/session".to_owned();
    loop {
        let answer = visitor.try_send(visitor.request(http::Method::GET, &next)).await.ok()?;
        match answer.location() {
            Some(_) if answer.url.path().starts_with("/auth/callback/") => {
                return Some(Promise::SignedIn(Box::new(visitor)));
            }
            Some(target) => next = target.into(),
            None => panic!("{} {}", answer.status, answer.body),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_ten_times_in_the_middle_of_two_hundred_writes() {
    let mut portal = Portal::start(PortalOptions::default());
    for round in 0..ROUNDS {
        let people = People::sign_in(&portal).await;
        let mut unpaid = invoices(&people.finance, "acme", "overdue").await;
        unpaid.extend(invoices(&people.finance, "acme", "open").await);
        unpaid.truncate(WANTED);
        assert!(!unpaid.is_empty(), "every invoice is paid after {round} rounds");

        let switches_before = visits(&portal).await;
        // Each round later in the storm: from the first answers to nearly the last.
        let enough = 5 + round * 18;
        let answered = Arc::new(AtomicUsize::new(0));
        let mut writes = people.storm(&unpaid, &answered);
        while answered.load(Ordering::SeqCst) < enough {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        portal.kill_hard();
        let mut promises = Vec::new();
        while let Some(write) = writes.join_next().await {
            promises.extend(write.unwrap());
        }
        portal.restart();
        hold(&portal, promises, switches_before).await;
    }
}

/// Those who write.
struct People {
    finance: Visitor,
    owner: Visitor,
    consultant: Visitor,
    newcomers: Vec<Visitor>,
}

impl People {
    async fn sign_in(portal: &Portal) -> Self {
        let mut newcomers = Vec::new();
        for _ in 0..SIGN_INS {
            newcomers.push(Visitor::signed_in(portal, FINANCE).await);
        }
        Self {
            finance: Visitor::signed_in(portal, FINANCE).await,
            owner: Visitor::signed_in(portal, OWNER).await,
            consultant: Visitor::signed_in(portal, CONSULTANT).await,
            newcomers,
        }
    }

    /// Two hundred writes at once; `answered` counts those that have ended.
    fn storm(&self, unpaid: &[String], answered: &Arc<AtomicUsize>) -> JoinSet<Write> {
        let mut writes = JoinSet::new();
        let mut newcomers = self.newcomers.iter();
        for at in 0..PAYMENTS + SWITCHES + SIGN_INS {
            let count = Arc::clone(answered);
            let counted = async move |write: Write| {
                count.fetch_add(1, Ordering::SeqCst);
                write
            };
            // The kinds are mixed, so that each is under way whenever the end comes.
            match at % 20 {
                0..12 => {
                    let visitor = if at % 2 == 0 { self.finance.clone() } else { self.owner.clone() };
                    let invoice = unpaid[at % unpaid.len()].clone();
                    writes.spawn(async move { counted(pay(visitor, invoice).await).await });
                }
                12..19 => {
                    let (visitor, to) = (self.consultant.clone(), if at % 2 == 0 { "acme" } else { "globex" });
                    writes.spawn(async move { counted(switch(visitor, to).await).await });
                }
                _ => {
                    if let Some(visitor) = newcomers.next().cloned() {
                        writes.spawn(async move { counted(sign_in(visitor).await).await });
                    }
                }
            }
        }
        writes
    }
}

/// Asserts that everything promised is so.
async fn hold(portal: &Portal, promises: Vec<Promise>, switches_before: i64) {
    let mut file = SqliteConnection::connect(&portal.database_url()).await.unwrap();
    let (whole,): (String,) = sqlx::query_as("PRAGMA integrity_check").fetch_one(&mut file).await.unwrap();
    assert_eq!(whole, "ok");
    let broken: Vec<(String,)> = sqlx::query_as(
        "SELECT invoice_id FROM payments GROUP BY org_id, invoice_id HAVING COUNT(*) > 1
         UNION SELECT p.invoice_id FROM payments p JOIN invoices i ON i.id = p.invoice_id AND i.org_id = p.org_id
               WHERE i.state <> 'paid'
         UNION SELECT i.id FROM invoices i LEFT JOIN payments p ON i.id = p.invoice_id AND i.org_id = p.org_id
               WHERE i.state = 'paid' AND p.id IS NULL",
    )
    .fetch_all(&mut file)
    .await
    .unwrap();
    assert!(broken.is_empty(), "paid twice, or half paid: {broken:?}");

    let (mut paid, mut switched) = (BTreeSet::new(), 0);
    for promise in promises {
        match promise {
            Promise::Paid(invoice) => {
                let (payments,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM payments WHERE invoice_id = $1")
                    .bind(&invoice)
                    .fetch_one(&mut file)
                    .await
                    .unwrap();
                assert_eq!(payments, 1, "the answered payment of {invoice} is lost");
                assert!(paid.insert(invoice), "an invoice was paid twice");
            }
            Promise::Switched => switched += 1,
            Promise::SignedIn(visitor) => {
                // A client of its own: the old connection ended with the process.
                let again = Visitor::anonymous(portal);
                let id = visitor.jar(|jar| jar.value("portcullis").map(str::to_owned)).unwrap();
                again.jar(|jar| jar.set("portcullis", &id));
                assert_eq!(again.get("/auth/session").await.json()["authenticated"], true, "a sign-in is lost");
            }
        }
    }
    file.close().await.unwrap();
    let recorded = visits(portal).await - switches_before;
    assert!(recorded >= switched, "{switched} switches were answered, {recorded} are on record");
}

/// How many switches the audit trail knows.
async fn visits(portal: &Portal) -> i64 {
    let mut file = SqliteConnection::connect(&portal.database_url()).await.unwrap();
    let (visits,) = sqlx::query_as("SELECT COUNT(*) FROM audit_log WHERE action = 'organization.visited'")
        .fetch_one(&mut file)
        .await
        .unwrap();
    file.close().await.unwrap();
    visits
}
