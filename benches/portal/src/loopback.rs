//! The invoices of the portal over a socket: behind gate and guard, and the unguarded twin beside it.
//!
//! Short runs take turns, so that a busy moment of the machine hits both; each pair changes who is first. The
//! processor time of the server is counted too: it says the same where the machine has other things to do.

use std::{fs, path::Path, time::Duration};

use portcullis_bench_harness::rounds::median;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::{
    Outcome,
    database::Empty,
    house::{House, ORGANIZATION, OWNER, serve},
    processor, twin, wrk,
};

/// How often both are loaded.
const PAIRS: usize = 21;

/// For how long each time.
const RUN: Duration = Duration::from_secs(2);

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
    /// The quarter of the pairs below and the quarter above the ratio begin there.
    quartiles: (f64, f64),
    /// Processor time of the server for an answer behind gate and guard, in microseconds.
    guarded_cpu_us: f64,
    /// The same of the twin.
    unguarded_cpu_us: f64,
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
    println!(
        "| database | guarded req/s | unguarded req/s | ratio | quartiles | server's µs a request, guarded | unguarded |"
    );
    println!("| --- | ---: | ---: | ---: | --- | ---: | ---: |");
    for row in &rows {
        let Row { database, guarded, unguarded, ratio, quartiles: (low, high), .. } = row;
        let Row { guarded_cpu_us, unguarded_cpu_us, .. } = row;
        println!(
            "| {database} | {guarded:.0} | {unguarded:.0} | {ratio:.3} | {low:.3} … {high:.3} | {guarded_cpu_us:.0} | {unguarded_cpu_us:.0} |"
        );
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
        let runs = if pair % 2 == 0 {
            let guarded = load(&guarded, &cookie).await?;
            (guarded, load(&unguarded, &cookie).await?)
        } else {
            let unguarded = load(&unguarded, &cookie).await?;
            (load(&guarded, &cookie).await?, unguarded)
        };
        eprintln!("{}: guarded {:?}, unguarded {:?}", empty.name, runs.0, runs.1);
        // The first pair warms pools and caches.
        if pair > 0 {
            pairs.push(runs);
        }
    }
    house.close().await;
    Ok(row(empty.name, &pairs))
}

/// One run.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Answers a second.
    rate: f64,
    /// The server's processor time for each, in microseconds.
    cpu_us: f64,
}

async fn load(url: &str, cookie: &str) -> Outcome<Run> {
    let before = processor::spent()?;
    let wrk::Summary { rate, answers } = wrk::load(url, cookie, RUN).await?;
    let spent = processor::spent()? - before;
    Ok(Run { rate, cpu_us: spent.as_secs_f64() * 1e6 / answers })
}

fn row(database: &'static str, pairs: &[(Run, Run)]) -> Row {
    let median_of = |part: fn(&(Run, Run)) -> f64| median(pairs.iter().map(part).collect());
    let mut ratios: Vec<f64> = pairs.iter().map(|(guarded, unguarded)| guarded.rate / unguarded.rate).collect();
    ratios.sort_by(f64::total_cmp);
    let quartile = |quarter: usize| ratios.get(ratios.len() * quarter / 4).copied().unwrap_or(f64::NAN);
    Row {
        database,
        guarded: median_of(|(guarded, _)| guarded.rate),
        unguarded: median_of(|(_, unguarded)| unguarded.rate),
        quartiles: (quartile(1), quartile(3)),
        guarded_cpu_us: median_of(|(guarded, _)| guarded.cpu_us),
        unguarded_cpu_us: median_of(|(_, unguarded)| unguarded.cpu_us),
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
