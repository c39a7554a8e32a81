//! The price of a guard: `cargo xtask bench` builds this, runs it, and counts instructions with it.
//!
//! ```text
//! portcullis-benches guard FILE         the table of one guarded request; its rows as JSON go to FILE
//! portcullis-benches growth FILE        the table of what grows; the same
//! portcullis-benches instructions [ROW] the same cases (or one of them) for callgrind
//! ```
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench that cannot go on stops; nothing here is served to strangers"
)]

mod growth;
mod guard;
mod house;
mod permissions;

use std::{collections::HashMap, env, fs, path::Path};

use portcullis_bench_harness::{Case, allocations::Counting, instructions, report, rounds, token::SigningKey};
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many others are in every store and cache.
const OTHERS: u32 = 10_000;

/// The same under callgrind, where everything takes fifty times as long.
const OTHERS_COUNTED: u32 = 200;

/// How many interleaved rounds the medians are taken of.
const ROUNDS: usize = 41;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    match words.as_slice() {
        ["guard", file, counted @ ..] => guard(&runtime, Path::new(file), counted.first().map(Path::new)),
        ["growth", file] => growth::run(&runtime, Path::new(file)),
        ["instructions", row @ ..] => {
            let mut cases = cases(&runtime, OTHERS_COUNTED);
            cases.retain(|case| row.first().is_none_or(|row| case.row == *row));
            instructions::run(&runtime, &mut cases);
        }
        _ => panic!("see the first lines of benches/src/main.rs"),
    }
}

fn cases(runtime: &Runtime, others: u32) -> Vec<Case> {
    let mut cases = guard::cases(runtime, SigningKey::all(), others);
    let _entered = runtime.enter();
    cases.extend(portcullis_bench_peers::cases(&SigningKey::all()));
    cases
}

fn guard(runtime: &Runtime, file: &Path, counted: Option<&Path>) {
    let mut cases = cases(runtime, OTHERS);
    let mut rows = rounds::measure(runtime, &mut cases, ROUNDS);
    if let Some(folder) = counted {
        let counts = instructions::read(folder).expect("what callgrind left");
        assert_eq!(counts.len(), rows.len(), "callgrind counted other cases than these");
        rows.iter_mut().zip(counts).for_each(|(row, count)| row.instructions = Some(count));
    }
    let about: HashMap<&str, &'static str> = cases.iter().map(|case| (case.row.as_str(), case.about)).collect();
    print!("{}", report::table(&rows, |row| about.get(row).copied().unwrap_or("")));
    fs::write(file, report::json(&rows)).expect("the file for the rows");
}
