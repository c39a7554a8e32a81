//! The second table: what happens to the price when there is more of something.

mod checks;
mod organizations;
mod sessions;
mod threads;

use std::{fs, path::Path};

use portcullis_bench_harness::token::SigningKey;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// One measured line: what grew, how much there was of it, what it cost.
pub(crate) struct Line {
    row: &'static str,
    of: u64,
    value: f64,
    unit: &'static str,
    /// Times the first line of the row.
    ratio: f64,
}

/// Lines of one row; the ratios refer to the first.
fn lines(row: &'static str, unit: &'static str, values: impl IntoIterator<Item = (u64, f64)>) -> Vec<Line> {
    let values: Vec<_> = values.into_iter().collect();
    let first = values.first().map_or(f64::NAN, |(_, value)| *value);
    values.into_iter().map(|(of, value)| Line { row, of, value, unit, ratio: value / first }).collect()
}

/// Measures all, prints the table, and writes the same as JSON.
pub(crate) fn run(runtime: &Runtime, file: &Path) {
    let keys = SigningKey::all();
    let mut all = checks::lines(runtime);
    all.extend(organizations::lines(runtime, &keys));
    all.extend(sessions::lines(runtime, &keys));
    all.extend(threads::lines(&keys));

    println!("| row | of | value | unit | × the first |\n| --- | ---: | ---: | --- | ---: |");
    for Line { row, of, value, unit, ratio } in &all {
        println!("| {row} | {of} | {value:.1} | {unit} | {ratio:.2} |");
    }
    let json: Vec<Value> = all
        .iter()
        .map(|line| {
            json!({ "row": line.row, "of": line.of, "value": line.value, "unit": line.unit, "ratio": line.ratio })
        })
        .collect();
    fs::write(file, format!("{:#}\n", Value::from(json))).expect("the file for the rows");
}
