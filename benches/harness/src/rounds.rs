//! Interleaved rounds: every case runs once in each, so that a noisy moment hits all of them alike.

use std::time::{Duration, Instant};

use tokio::{runtime::Runtime, task};

use crate::{Case, Row, allocations::allocated};

/// How long one case runs in one round.
const BATCH: Duration = Duration::from_micros(1500);

/// The fewest and the most runs of a case in a round.
const RUNS: (usize, usize) = (24, 4096);

/// How many runs at the head of each batch are off the clock: no case pays for what another left in the processor.
const WARMING: usize = 8;

/// Runs all cases in so many rounds and takes the medians. The first case is what the ratios refer to.
pub fn measure(runtime: &Runtime, cases: &mut [Case], rounds: usize) -> Vec<Row> {
    let _entered = runtime.enter();
    let counts: Vec<usize> = cases.iter_mut().map(|case| calibrate(runtime, case)).collect();
    let mut times = vec![Vec::with_capacity(rounds); cases.len()];
    for _ in 0..rounds {
        for ((case, count), times) in cases.iter_mut().zip(&counts).zip(&mut times) {
            times.push(time(runtime, case, *count).as_nanos() as f64 / *count as f64);
        }
    }
    let medians: Vec<f64> = times.into_iter().map(median).collect();
    let base = medians.first().copied().unwrap_or(f64::NAN);
    let rows = cases.iter_mut().zip(&counts).zip(&medians).map(|((case, count), ns)| {
        let spent = allocations(runtime, case, *count);
        Row { row: case.row.clone(), ns: *ns, ratio: ns / base, allocs: spent.0, bytes: spent.1, instructions: None }
    });
    rows.collect()
}

/// The median.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How often a case runs in a batch.
fn calibrate(runtime: &Runtime, case: &mut Case) -> usize {
    // Twice: the first batch warms what is to be warm.
    let _first = time(runtime, case, RUNS.0);
    let one = time(runtime, case, RUNS.0).as_nanos() as usize / RUNS.0;
    (BATCH.as_nanos() as usize / one.max(1)).clamp(RUNS.0, RUNS.1)
}

fn time(runtime: &Runtime, case: &mut Case, count: usize) -> Duration {
    case.prepare(WARMING + count);
    runtime.block_on(task::unconstrained(case.run(WARMING)));
    let run = task::unconstrained(case.run(count));
    let start = Instant::now();
    runtime.block_on(run);
    start.elapsed()
}

/// Blocks and bytes of one run.
fn allocations(runtime: &Runtime, case: &mut Case, count: usize) -> (f64, f64) {
    case.prepare(count);
    let run = task::unconstrained(case.run(count));
    let before = allocated();
    runtime.block_on(run);
    let spent = allocated() - before;
    (spent.blocks as f64 / count as f64, spent.bytes as f64 / count as f64)
}
