//! Every recorded route × every persona × every organization: what the matrix says is what happens.
//!
//! The table is the one that `portal-server matrix` prints from what the routers recorded. A caller
//! is expected to be let in where a cell of one of their roles says `allow`. Requests are made so
//! that letting in and refusing cannot be confused, and so that nothing changes: whoever should be
//! let in sends a body that cannot be read or an id that nothing has; whoever should be refused
//! sends what would work.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use http::{Method, StatusCode};
use portcullis_tests::{Portal, PortalOptions, Visitor};
use serde_json::{Value, json};

use crate::house::{CONSULTANT, NOBODYS_ID, ORGANIZATIONS, OWNER, PERSONAS, Persona, invoices, text};

/// A row of the table.
#[derive(Clone, Debug)]
struct Row {
    method: Method,
    path: String,
    /// For each column, `anonymous` first, whether it is allowed.
    cells: Vec<(String, bool)>,
}

impl Row {
    fn allows(&self, column: &str) -> bool {
        self.cells.iter().any(|(name, allowed)| name == column && *allowed)
    }

    /// The rights of several roles are united.
    fn allows_any(&self, roles: &[&str]) -> bool {
        roles.iter().any(|role| self.allows(role))
    }

    fn is_public(&self) -> bool {
        self.allows("anonymous")
    }

    /// Whether the request names an organization, in its path or in a header.
    fn is_in_organization(&self) -> bool {
        self.path.contains("{org}") || self.path == SAVE_PAGE
    }
}

/// The recorded table.
fn table(portal: &Portal) -> Vec<Row> {
    let printed = portal.print_matrix();
    let mut lines = printed.lines().map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let heads = lines.next().unwrap();
    assert_eq!(heads[..4], ["method", "path", "rule", "anonymous"]);
    let row = |cells: Vec<&str>| Row {
        // What answers every method is asked with the one that changes nothing.
        method: if cells[0] == "*" { Method::GET } else { cells[0].parse().unwrap() },
        path: cells[1].trim_matches('`').to_owned(),
        cells: heads.iter().zip(&cells).skip(3).map(|(head, cell)| ((*head).to_owned(), *cell == "allow")).collect(),
    };
    lines.skip(1).map(row).collect()
}

/// An organization with ids that are really there.
#[derive(Debug)]
struct Place {
    slug: &'static str,
    unpaid: String,
    paid: String,
    ticket: String,
    service: String,
}

impl Place {
    async fn find(portal: &Portal, slug: &'static str) -> Self {
        let insider = PERSONAS.iter().find(|persona| persona.roles_in(slug).is_some()).unwrap();
        let insider = Visitor::signed_in(portal, insider.email).await;
        let one = |ids: Vec<String>| ids.into_iter().next().unwrap_or_else(|| NOBODYS_ID.to_owned());
        let first = async |block: &str| {
            let rows = insider.get(&format!("/api/o/{slug}/{block}")).await.json();
            rows["data"].get(0).map_or_else(|| NOBODYS_ID.to_owned(), |row| text(&row["id"]))
        };
        Self {
            slug,
            unpaid: one(invoices(&insider, slug, "open").await),
            paid: one(invoices(&insider, slug, "paid").await),
            ticket: first("tickets?state=open").await,
            service: first("services").await,
        }
    }
}

/// One way of asking a route.
#[derive(Debug)]
struct Probe {
    method: Method,
    path: String,
    header: Option<&'static str>,
    body: Option<Value>,
}

/// How to ask a route without changing anything if the answer is as expected.
fn probe(row: &Row, place: &Place, expect_allow: bool) -> Probe {
    let id = match row.path.as_str() {
        "/api/o/{org}/invoices/{id}" => place.unpaid.as_str(),
        "/api/o/{org}/invoices/{id}/pay" if expect_allow => &place.paid,
        "/api/o/{org}/invoices/{id}/pay" => &place.unpaid,
        "/api/o/{org}/tickets/{id}/close" if !expect_allow => &place.ticket,
        "/api/o/{org}/services/{id}/renew" if !expect_allow => &place.service,
        _ => NOBODYS_ID,
    };
    // A page to delete is one that is not there.
    let slug = if row.method == Method::DELETE { "no-such-page" } else { "dashboard" };
    let path = [
        ("{org}", place.slug),
        ("{id}", id),
        ("{name}", "ORG_USER"),
        ("{slug}", slug),
        ("{provider}", "local"),
        ("{*rest}", "notifications"),
    ]
    .into_iter()
    .fold(row.path.clone(), |path, (name, value)| path.replace(name, value))
    .replace("/.well-known/*", "/.well-known/openid-configuration")
    .replace("/oauth/*", "/oauth/jwks")
    .replace("/pkg/*", "/pkg/portal.js");
    let body = (!row.method.is_safe()).then(|| match expect_allow {
        true => json!({"nonsense": 1}),
        false => useful_body(&row.path),
    });
    let header = (row.path == SAVE_PAGE).then_some(place.slug);
    Probe { method: row.method.clone(), path, header, body }
}

/// What would change something if the caller were let in.
fn useful_body(path: &str) -> Value {
    match path {
        "/api/o/{org}/members" => json!({"email": "outsider@example.org", "roles": ["ORG_USER"]}),
        "/api/o/{org}/members/{id}/roles" => json!({"roles": ["ORG_USER"]}),
        "/api/o/{org}/roles" => json!({"name": "INTRUDER"}),
        "/api/o/{org}/roles/{name}" => json!({"permissions": ["invoices:pay"]}),
        "/api/o/{org}/settings" => json!({"name": "Taken over"}),
        "/api/o/{org}/tickets" => json!({"title": "Let me in", "body": "please", "priority": "normal"}),
        _ => json!({}),
    }
}

/// The head of an answer: an event stream has no end to wait for.
#[derive(Debug)]
struct Head {
    status: StatusCode,
    code: Option<String>,
    missing: bool,
}

async fn ask(visitor: &Visitor, probe: &Probe) -> Head {
    let mut request = visitor.request(probe.method.clone(), &probe.path);
    if let Some(org) = probe.header {
        request = request.header("Portcullis-Organization", org);
    }
    if let Some(body) = &probe.body {
        request = request.json(body);
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return Head { status, code: None, missing: false };
    }
    let problem: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default();
    let code = problem["code"].as_str().map(str::to_owned);
    Head { status, code, missing: problem["missing"].as_array().is_some_and(|missing| !missing.is_empty()) }
}

/// What the matrix promises a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Allowed,
    Denied,
    NotYours,
    Unauthenticated,
}

impl Expected {
    fn of(row: &Row, persona: Option<&Persona>, org: &str) -> Self {
        let Some(persona) = persona else {
            return if row.is_public() { Self::Allowed } else { Self::Unauthenticated };
        };
        if !row.is_in_organization() {
            // Signed in suffices, whoever it is.
            return if row.allows("ORG_USER") { Self::Allowed } else { Self::Denied };
        }
        match persona.roles_in(org) {
            None => Self::NotYours,
            Some(roles) if row.allows_any(roles) => Self::Allowed,
            Some(_) => Self::Denied,
        }
    }

    fn fits(self, row: &Row, head: &Head) -> bool {
        let code = head.code.as_deref();
        match self {
            Self::Allowed => {
                let names_nobody = ["{id}", "{slug}", "{domain}"].iter().any(|name| row.path.contains(name));
                let let_in = !matches!(head.status.as_u16(), 401 | 403 | 404 | 500..);
                let nowhere = names_nobody && !row.method.is_safe() || row.path.contains("{provider}");
                let_in || nowhere && head.status == 404 || is_empty_place(row, head)
            }
            Self::Denied => head.status == 403 && code == Some("permission-denied") && head.missing,
            Self::NotYours => head.status == 404 && code == Some("not-found"),
            Self::Unauthenticated => head.status == 401 && code == Some("unauthenticated"),
        }
    }
}

/// An organization without invoices has none to show.
fn is_empty_place(row: &Row, head: &Head) -> bool {
    row.path == "/api/o/{org}/invoices/{id}" && head.status == 404
}

/// Asks every route as one caller, and says what was not as promised.
async fn walk(visitor: &Visitor, persona: Option<&Persona>, table: &[Row], places: &[Place]) -> Vec<String> {
    let mut wrong = Vec::new();
    for row in table {
        let places = if row.is_in_organization() { places } else { &places[..1] };
        for place in places {
            let expected = Expected::of(row, persona, place.slug);
            let head = ask(visitor, &probe(row, place, expected == Expected::Allowed)).await;
            if !expected.fits(row, &head) {
                let who = persona.map_or("nobody", |persona| persona.email);
                wrong.push(format!(
                    "{who}: {} {} in {} should be {expected:?} and is {head:?}",
                    row.method, row.path, place.slug
                ));
            }
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_answers_everybody_as_the_matrix_says() {
    let portal = Portal::start(PortalOptions::default());
    let mut table = table(&portal);
    assert!(table.len() > 40, "{} routes", table.len());
    // Signing out is for the end.
    table.sort_by_key(|row| row.path == "/auth/logout");
    let places = join_all(ORGANIZATIONS.map(|slug| Place::find(&portal, slug))).await;
    let before = everything(&portal).await;

    let people = PERSONAS.iter().map(async |persona| {
        let visitor = Visitor::signed_in(&portal, persona.email).await;
        walk(&visitor, Some(persona), &table, &places).await
    });
    let mut wrong: Vec<String> = join_all(people).await.concat();
    wrong.extend(walk(&Visitor::anonymous(&portal), None, &table, &places).await);
    assert!(wrong.is_empty(), "{} answers differ from the matrix:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(everything(&portal).await, before, "a refused request changed something");
}

/// What a refused request could have changed, as those see it who see it all.
async fn everything(portal: &Portal) -> Vec<Value> {
    let mut all = Vec::new();
    for (org, email) in [("acme", OWNER), ("globex", CONSULTANT)] {
        let visitor = Visitor::signed_in(portal, email).await;
        for block in ["invoices?state=paid", "tickets", "services", "members", "roles", "settings"] {
            let answer = visitor.get(&format!("/api/o/{org}/{block}")).await;
            assert_eq!(answer.status, 200, "{block}: {}", answer.body);
            all.push(answer.json());
        }
    }
    all
}

#[tokio::test]
async fn the_table_is_the_committed_one() {
    let printed: BTreeSet<String> = crate::house::shared().print_matrix().lines().map(str::to_owned).collect();
    let committed = include_str!("../../docs/access-matrix.md");
    let missing: Vec<&str> =
        committed.lines().filter(|line| line.starts_with('|') && !printed.contains(*line)).collect();
    assert!(missing.is_empty(), "`cargo xtask matrix` writes another table; these rows are gone:\n{missing:#?}");
}

const SAVE_PAGE: &str = "/api/save_page";
