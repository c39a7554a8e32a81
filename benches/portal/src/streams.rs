//! Open pages: how soon the last of them hears that a role changed, and what one costs while nothing happens.
//!
//! Each page is a person of their own, a member of the one organization, with a session of their own and the
//! portal's `GET /auth/events` open, in process and without sockets. The change is the owner's request for
//! another set of permissions of everybody's role; the clock runs from that request until the event has
//! arrived in the last body. Meanwhile the owner goes on working, one request after the other.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, BodyDataStream},
};
use futures_util::StreamExt;
use http::{Method, Request, Response};
use portcullis_bench_harness::rounds::median;
use portcullis_core::OrgId;
use portcullis_middleware::port::{Directory, OrgRef};
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;
use tower::ServiceExt;

use crate::{
    Outcome,
    database::Empty,
    house::{House, ORGANIZATION, OWNER},
};

/// How many pages are open, each number on top of the last.
const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// How many changes of the role are heard at each.
const CHANGES: usize = 5;

/// Everybody's role.
const ROLE: &str = "ORG_USER";

/// What the role confers, in turns.
const CONFERRED: [&[&str]; 2] = [&["invoices:view"], &["invoices:view", "tickets:view"]];

/// Whoever has heard nothing for so long will not hear.
const PATIENCE: Duration = Duration::from_secs(60);

/// One number of open pages on one database. Times are medians of the changes, in milliseconds.
#[derive(Debug, Serialize)]
struct Row {
    database: &'static str,
    streams: usize,
    /// Until half of the pages have heard.
    half_ms: f64,
    /// Until the last has heard.
    last_ms: f64,
    /// The slowest of the owner's own requests meanwhile.
    request_ms: f64,
    /// Pages that did not hear, of all changes.
    deaf: usize,
    /// Resident memory for each page: session, stream and the reader of this bench. Of the first database alone:
    /// the next finds memory that was given back.
    bytes: Option<f64>,
    changes: usize,
}

/// Measures, prints the table and writes the file.
pub(crate) async fn run(file: &Path) -> Outcome {
    let mut rows = Vec::new();
    for empty in Empty::of_each_kind().await? {
        let house = House::open(&empty).await?;
        let mut pages = Pages::of(&house).await?;
        let before = if rows.is_empty() { Some(resident()?) } else { None };
        for size in SIZES {
            pages.open(size).await?;
            let row = measure(empty.name, &mut pages, before).await?;
            eprintln!("{row:?}");
            rows.push(row);
        }
        drop(pages);
        house.close().await;
    }
    println!(
        "| database | open | half has heard | the last has heard | slowest other request | deaf | memory a page |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for Row { database, streams, half_ms, last_ms, request_ms, deaf, bytes, .. } in &rows {
        let memory = bytes.map_or_else(|| "–".to_owned(), |bytes| format!("{:.1} KiB", bytes / 1024.0));
        println!(
            "| {database} | {streams} | {half_ms:.0} ms | {last_ms:.0} ms | {request_ms:.0} ms | {deaf} | {memory} |"
        );
    }
    fs::write(file, serde_json::to_string_pretty(&rows)?)?;
    Ok(())
}

async fn measure(database: &'static str, pages: &mut Pages<'_>, before: Option<f64>) -> Outcome<Row> {
    let now = resident()?;
    let bytes = before.map(|before| (now - before) / pages.revisions.len() as f64);
    let (mut half, mut last, mut request, mut deaf) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..CHANGES {
        let heard = pages.change().await?;
        half.push(heard.half.as_secs_f64() * 1e3);
        last.push(heard.last.as_secs_f64() * 1e3);
        request.push(heard.slowest_request.as_secs_f64() * 1e3);
        deaf += heard.deaf;
    }
    Ok(Row {
        database,
        streams: pages.revisions.len(),
        half_ms: median(half),
        last_ms: median(last),
        request_ms: median(request),
        deaf,
        bytes,
        changes: CHANGES,
    })
}

/// The open pages, and the owner who changes what they show.
struct Pages<'a> {
    house: &'a House,
    service: Router,
    organization: OrgId,
    owner: String,
    /// The revision that each page showed last.
    revisions: Vec<u64>,
    ear: mpsc::UnboundedReceiver<News>,
    mouth: mpsc::UnboundedSender<News>,
    turn: usize,
}

/// What a page was told: which page, and the revision.
type News = (usize, u64);

/// How a change was heard.
struct Heard {
    half: Duration,
    last: Duration,
    slowest_request: Duration,
    deaf: usize,
}

impl<'a> Pages<'a> {
    async fn of(house: &'a House) -> Outcome<Self> {
        let organization = house.database.organization(&OrgRef::Slug(ORGANIZATION.parse()?)).await?;
        let organization = organization.ok_or("the demo has no such organization")?.id;
        let owner = house.cookie_of(house.person(OWNER).await?, OWNER).await?;
        let (mouth, ear) = mpsc::unbounded_channel();
        let (service, revisions) = (house.service(), Vec::new());
        Ok(Self { house, service, organization, owner, revisions, ear, mouth, turn: 0 })
    }

    /// Opens pages until there are so many, and waits until each has its first event.
    async fn open(&mut self, size: usize) -> Outcome {
        let began = Instant::now();
        for page in self.revisions.len()..size {
            let email = format!("page-{page}@acme.example");
            let person = self.house.person(&email).await?;
            self.house.database.seeder().add_membership(person, self.organization, &[ROLE]).await?;
            let cookie = self.house.cookie_of(person, &email).await?;
            let events = Request::get(format!("/auth/events?org={ORGANIZATION}")).header("cookie", cookie);
            let response = answer(&self.service, events.body(Body::empty())?).await?;
            tokio::spawn(read(page, response.into_body().into_data_stream(), self.mouth.clone()));
            self.revisions.push(0);
            // The first event: so that no page is opened while another is being told.
            let (page, revision) = self.ear.recv().await.ok_or("the pages are gone")?;
            *self.revisions.get_mut(page).ok_or("an unknown page")? = revision;
        }
        eprintln!("{size} pages are open after {:.1} s", began.elapsed().as_secs_f64());
        Ok(())
    }

    /// Changes the role, and waits until every page has heard.
    async fn change(&mut self) -> Outcome<Heard> {
        let known = self.revisions.iter().copied().max().unwrap_or_default();
        let permissions = CONFERRED.get(self.turn % CONFERRED.len()).copied().unwrap_or_default();
        self.turn += 1;
        let change = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/o/{ORGANIZATION}/roles/{ROLE}"))
            .header("cookie", &self.owner)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/json")
            .body(Body::from(json!({ "permissions": permissions }).to_string()))?;

        let began = Instant::now();
        answer(&self.service, change).await?;
        let over = Arc::new(AtomicBool::new(false));
        let working = tokio::spawn(work(self.service.clone(), self.owner.clone(), Arc::clone(&over)));
        let pages = self.revisions.len();
        let (mut heard, mut half, mut last) = (0, Duration::ZERO, Duration::ZERO);
        while heard < pages {
            let Ok(news) = tokio::time::timeout(PATIENCE, self.ear.recv()).await else { break };
            let (page, revision) = news.ok_or("the pages are gone")?;
            let shown = self.revisions.get_mut(page).ok_or("an unknown page")?;
            if *shown <= known && revision > known {
                heard += 1;
                last = began.elapsed();
                if heard == pages.div_ceil(2) {
                    half = last;
                }
            }
            *shown = revision;
        }
        over.store(true, Ordering::Relaxed);
        Ok(Heard { half, last, slowest_request: working.await??, deaf: pages - heard })
    }
}

/// Reads one page's events, and passes on each revision that it shows.
async fn read(page: usize, mut body: BodyDataStream, mouth: mpsc::UnboundedSender<News>) {
    while let Some(Ok(chunk)) = body.next().await {
        if let Some(revision) = std::str::from_utf8(&chunk).ok().and_then(revision)
            && mouth.send((page, revision)).is_err()
        {
            return;
        }
    }
}

/// The `revision` within an event's JSON. Ten thousand pages share this processor with the portal: they find it
/// without parsing the rest.
fn revision(event: &str) -> Option<u64> {
    let (_, after) = event.split_once("\"revision\":")?;
    after.split(|one: char| !one.is_ascii_digit()).next()?.parse().ok()
}

/// The owner lists invoices until the change is over; the slowest answer.
async fn work(service: Router, cookie: String, over: Arc<AtomicBool>) -> Outcome<Duration> {
    let mut slowest = Duration::ZERO;
    while !over.load(Ordering::Relaxed) {
        let list = Request::get(format!("/api/o/{ORGANIZATION}/invoices")).header("cookie", &cookie);
        let began = Instant::now();
        answer(&service, list.body(Body::empty())?).await?;
        slowest = slowest.max(began.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(slowest)
}

async fn answer(service: &Router, request: Request<Body>) -> Outcome<Response<Body>> {
    let response = service.clone().oneshot(request).await?;
    match response.status().is_success() {
        true => Ok(response),
        false => {
            let status = response.status();
            let body = axum::body::to_bytes(response.into_body(), 1 << 16).await?;
            Err(format!("the portal answers {status}: {}", String::from_utf8_lossy(&body)).into())
        }
    }
}

/// The resident memory of this process, in bytes.
fn resident() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no `VmRSS` in /proc/self/status")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_shows_its_revision() {
        assert_eq!(revision("event: access\ndata: {\"roles\":[],\"revision\":17,\"grantable_by\":{}}\n\n"), Some(17));
        assert_eq!(revision(":\n\n"), None);
    }
}
