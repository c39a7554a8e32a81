//! Instruction counts. `cargo xtask bench` runs this under callgrind, which counts inside [`counted`] and
//! leaves one file a case; wall clocks and neighbours do not matter to it.

use std::{fs, path::Path, pin::Pin};

use tokio::{runtime::Runtime, task};

use crate::Case;

/// How often each case runs under callgrind.
const RUNS: usize = 100;

/// Runs every case, each inside one call of [`counted`].
pub fn run(runtime: &Runtime, cases: &mut [Case]) {
    let _entered = runtime.enter();
    for case in cases {
        case.prepare(8);
        runtime.block_on(task::unconstrained(case.run(8)));
        case.prepare(RUNS);
        counted(runtime, Box::pin(task::unconstrained(case.run(RUNS))));
    }
}

/// What callgrind looks for.
#[inline(never)]
fn counted(runtime: &Runtime, run: Pin<Box<dyn Future<Output = ()> + '_>>) {
    runtime.block_on(run);
    finished();
}

/// Where callgrind writes down what it counted since the last time.
#[inline(never)]
fn finished() {
    std::hint::black_box(());
}

/// Reads the files that callgrind left, in the order of the cases: instructions of one run each.
///
/// # Errors
/// When the folder cannot be read.
pub fn read(folder: &Path) -> std::io::Result<Vec<f64>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // `counts.<n>`: the file without a number is what was left at the end.
        if let Some(number) = path.extension().and_then(|number| number.to_str()?.parse::<u32>().ok()) {
            files.push((number, fs::read_to_string(&path)?));
        }
    }
    files.sort_by_key(|(number, _)| *number);
    let total = |text: &str| -> Option<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix("summary: ").or(line.strip_prefix("totals: ")))?;
        line.trim().parse().ok()
    };
    Ok(files.iter().filter_map(|(_, text)| total(text)).map(|total| total / RUNS as f64).collect())
}
