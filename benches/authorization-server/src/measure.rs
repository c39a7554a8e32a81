//! Rounds in which all servers take turns, and the table of what came out.
//!
//! Short runs alternate, so that a busy moment of the machine hits all; each round changes who is first. The processor
//! time of the server is counted too: it says the same where the machine has other things to do.

use std::{fs, path::Path, sync::Arc};

use portcullis_bench_harness::rounds::median;
use serde::Serialize;

use crate::{
    Outcome,
    contender::Contender,
    database::Empty,
    load::{self, CONNECTIONS, Run},
    operation::Operation,
};

/// How often each server is loaded with each operation, unless `PORTCULLIS_BENCH_ROUNDS` says otherwise.
const ROUNDS: usize = 9;

/// For how long about, each time, in seconds.
const SECONDS: f64 = 1.5;

/// Requests of the first run on each connection, which warms pools, caches and the peer's compiler, and tells how
/// many make a run.
const FIRST: usize = 125;

/// One operation on one database.
#[derive(Debug, Serialize)]
struct Row {
    operation: &'static str,
    database: &'static str,
    /// Our answers a second: the median of the rounds.
    ours: f64,
    /// The peer's, on a database of the same kind.
    peer: f64,
    /// Ours over the peer's: the median of the rounds.
    ratio: f64,
    /// The quarter of the rounds below and the quarter above the ratio begin there.
    quartiles: (f64, f64),
    /// Processor time of our server for an answer, in microseconds; PostgreSQL's own is not in it.
    ours_cpu_us: f64,
    /// The same of the peer.
    peer_cpu_us: f64,
    /// The answers a second of the peer that keeps its records in memory.
    peer_in_memory: f64,
    /// Ours over those.
    ratio_in_memory: f64,
    rounds: usize,
    connections: usize,
}

/// Ours and the peer on databases of one kind.
#[derive(Debug)]
struct Pair {
    database: &'static str,
    ours: Arc<Contender>,
    peer: Arc<Contender>,
}

/// Measures, prints the table and writes the file.
pub(crate) async fn run(peer: &Path, file: &Path) -> Outcome {
    // Each has a database of its own.
    let databases: Vec<_> = Empty::of_each_kind().await?.into_iter().zip(Empty::of_each_kind().await?).collect();
    let mut pairs = Vec::new();
    for (for_us, for_peer) in &databases {
        pairs.push(Pair {
            database: for_us.name,
            ours: Arc::new(Contender::ours(for_us).await?),
            peer: Arc::new(Contender::peer(peer, Some(for_peer)).await?),
        });
    }
    let in_memory = Arc::new(Contender::peer(peer, None).await?);
    let mut rows = Vec::new();
    for operation in Operation::ALL {
        rows.extend(measure(&pairs, &in_memory, operation).await?);
    }
    drop((pairs, in_memory));

    println!(
        "| operation | database | ours req/s | oidc-provider req/s | ratio | quartiles | µs ours | µs peer | to its memory |"
    );
    println!("| --- | --- | ---: | ---: | ---: | --- | ---: | ---: | ---: |");
    for row in &rows {
        let Row { operation, database, ours, peer, ratio, quartiles: (low, high), ours_cpu_us, peer_cpu_us, .. } = row;
        let in_memory = row.ratio_in_memory;
        println!(
            "| {operation} | {database} | {ours:.0} | {peer:.0} | {ratio:.1} | {low:.1} … {high:.1} | {ours_cpu_us:.0} | {peer_cpu_us:.0} | {in_memory:.1} |"
        );
    }
    fs::write(file, serde_json::to_string_pretty(&rows)?)?;
    Ok(())
}

async fn measure(pairs: &[Pair], in_memory: &Arc<Contender>, operation: Operation) -> Outcome<Vec<Row>> {
    let all: Vec<&Arc<Contender>> = pairs.iter().flat_map(|pair| [&pair.ours, &pair.peer]).chain([in_memory]).collect();
    let mut lengths = Vec::with_capacity(all.len());
    for contender in &all {
        let first = load::run(contender, operation, FIRST).await?;
        lengths.push((first.rate * SECONDS) as usize / CONNECTIONS + 1);
    }
    let mut turns: Vec<(&Arc<Contender>, usize, Vec<Run>)> =
        all.into_iter().zip(lengths).map(|(contender, each)| (contender, each, Vec::new())).collect();
    for _ in 0..rounds() {
        for (contender, each, runs) in &mut turns {
            let run = load::run(contender, operation, *each).await?;
            eprintln!("{}, {}: {run:?}", operation.name(), contender.name);
            // The first runs are short and slow: what follows is as long as it should be.
            *each = (run.rate * SECONDS) as usize / CONNECTIONS + 1;
            runs.push(run);
        }
        turns.rotate_left(1);
    }
    let runs_of = |contender: &Arc<Contender>| {
        turns.iter().find(|(one, ..)| Arc::ptr_eq(one, contender)).map_or(&[][..], |(.., runs)| runs)
    };
    let row_of =
        |pair: &Pair| row(operation, pair.database, runs_of(&pair.ours), runs_of(&pair.peer), runs_of(in_memory));
    Ok(pairs.iter().map(row_of).collect())
}

fn row(operation: Operation, database: &'static str, ours: &[Run], peer: &[Run], in_memory: &[Run]) -> Row {
    let median_of = |runs: &[Run], part: fn(&Run) -> f64| median(runs.iter().map(part).collect());
    let ratios_to =
        |peer: &[Run]| -> Vec<f64> { ours.iter().zip(peer).map(|(ours, peer)| ours.rate / peer.rate).collect() };
    let mut ratios = ratios_to(peer);
    ratios.sort_by(f64::total_cmp);
    let quartile = |quarter: usize| ratios.get(ratios.len() * quarter / 4).copied().unwrap_or(f64::NAN);
    Row {
        operation: operation.name(),
        database,
        ours: median_of(ours, |run| run.rate),
        peer: median_of(peer, |run| run.rate),
        quartiles: (quartile(1), quartile(3)),
        ours_cpu_us: median_of(ours, |run| run.cpu_us),
        peer_cpu_us: median_of(peer, |run| run.cpu_us),
        peer_in_memory: median_of(in_memory, |run| run.rate),
        ratio_in_memory: median(ratios_to(in_memory)),
        rounds: ratios.len(),
        ratio: median(ratios),
        connections: CONNECTIONS,
    }
}

fn rounds() -> usize {
    std::env::var("PORTCULLIS_BENCH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}
