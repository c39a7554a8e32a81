//! The invoices of the portal over a socket: behind gate and guard, and the unguarded twin beside it.
//!
//! Short runs take turns, so that a busy moment of the machine hits both; each pair changes who is first.

use std::{fs, path::Path, time::Duration};

use portcullis_bench_harness::rounds::median;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::{
    Outcome,
    database::Empty,
    house::{House, ORGANIZATION, OWNER, serve},
    twin, wrk,
};

/// How often both are loaded.
const PAIRS: usize = 9;

/// For how long each time.
const RUN: Duration = Duration::from_secs(4);

/// One database's row.
#[derive(Debug, Serialize)]
struct Row {
    database: &'static str,
    /// Answers a second behind gate and guard: the median of the runs.
    guarded: f64,
    /// Answers a second of the twin.
    unguarded: f64,
    /// Guarded over unguarded: the median of the pairs.
    ratio: f64,
    /// The lowest and the highest ratio of a pair.
    ratios: (f64, f64),
    pairs: usize,
    seconds: u64,
    connections: u32,
}

/// Measures, prints the table and writes the file.
pub(crate) async fn run(file: &Path) -> Outcome {
    let mut rows = Vec::new();
    for empty in Empty::of_each_kind().await? {
        rows.push(measure(&empty).await?);
    }
    println!("| database | guarded req/s | unguarded req/s | ratio | lowest … highest pair |");
    println!("| --- | ---: | ---: | ---: | --- |");
    for Row { database, guarded, unguarded, ratio, ratios: (lowest, highest), .. } in &rows {
        println!("| {database} | {guarded:.0} | {unguarded:.0} | {ratio:.3} | {lowest:.3} … {highest:.3} |");
    }
    fs::write(file, serde_json::to_string_pretty(&rows)?)?;
    Ok(())
}

async fn measure(empty: &Empty) -> Outcome<Row> {
    let house = House::open(empty).await?;
    let owner = house.person(OWNER).await?;
    let cookie = house.cookie_of(owner, OWNER).await?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let twin_addr = listener.local_addr()?;
    serve(listener, twin::router(&house, owner).await?);

    let guarded = format!("{}/api/o/{ORGANIZATION}/invoices", house.origin);
    let unguarded = format!("http://{twin_addr}/api/o/{ORGANIZATION}/invoices");
    assert_equal_answers(&guarded, &unguarded, &cookie).await?;

    let mut pairs = Vec::with_capacity(PAIRS);
    for pair in 0..=PAIRS {
        let rates = if pair % 2 == 0 {
            let guarded = wrk::load(&guarded, &cookie, RUN).await?;
            (guarded, wrk::load(&unguarded, &cookie, RUN).await?)
        } else {
            let unguarded = wrk::load(&unguarded, &cookie, RUN).await?;
            (wrk::load(&guarded, &cookie, RUN).await?, unguarded)
        };
        eprintln!("{}: guarded {:.0} req/s, unguarded {:.0} req/s", empty.name, rates.0, rates.1);
        // The first pair warms pools and caches.
        if pair > 0 {
            pairs.push(rates);
        }
    }
    house.close().await;
    Ok(row(empty.name, &pairs))
}

fn row(database: &'static str, pairs: &[(f64, f64)]) -> Row {
    let ratios: Vec<f64> = pairs.iter().map(|(guarded, unguarded)| guarded / unguarded).collect();
    Row {
        database,
        guarded: median(pairs.iter().map(|(guarded, _)| *guarded).collect()),
        unguarded: median(pairs.iter().map(|(_, unguarded)| *unguarded).collect()),
        ratios: ratios.iter().fold((f64::MAX, f64::MIN), |(low, high), one| (low.min(*one), high.max(*one))),
        ratio: median(ratios),
        pairs: pairs.len(),
        seconds: RUN.as_secs(),
        connections: wrk::CONNECTIONS,
    }
}

/// Both say the same, byte for byte, and the guarded one does guard.
async fn assert_equal_answers(guarded: &str, unguarded: &str, cookie: &str) -> Outcome {
    let browser = reqwest::Client::new();
    let ask = async |url: &str| -> Outcome<String> {
        Ok(browser.get(url).header("cookie", cookie).send().await?.error_for_status()?.text().await?)
    };
    let (one, other) = (ask(guarded).await?, ask(unguarded).await?);
    if one != other {
        return Err(format!("the twin does not answer as the portal does:\n{one}\n{other}").into());
    }
    match browser.get(guarded).send().await?.status().as_u16() {
        401 => Ok(()),
        other => Err(format!("without a cookie the guarded one answers {other}").into()),
    }
}
