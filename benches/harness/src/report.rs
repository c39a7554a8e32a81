//! The table, and the same rows as JSON.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// One measured row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The case.
    pub row: String,
    /// Nanoseconds of one run: the median of the rounds.
    pub ns: f64,
    /// Times the first row.
    pub ratio: f64,
    /// Allocations of one run.
    pub allocs: f64,
    /// Bytes allocated in one run.
    pub bytes: f64,
    /// Instructions of one run, where they were counted.
    pub instructions: Option<f64>,
}

/// The rows as a Markdown table; `about` says what each does.
#[must_use]
pub fn table(rows: &[Row], about: impl Fn(&str) -> &'static str) -> String {
    let width = rows.iter().map(|row| row.row.len()).max().unwrap_or(0);
    let mut table = format!("| {:width$} | ns | × bare | allocs | bytes | instructions | what it does |\n", "row");
    table.push_str("| --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
    for row in rows {
        let instructions = row.instructions.map_or_else(|| "–".to_owned(), |count| format!("{count:.0}"));
        let _infallible = writeln!(
            table,
            "| {:width$} | {:.0} | {:.2} | {:.1} | {:.0} | {instructions} | {} |",
            row.row,
            row.ns,
            row.ratio,
            row.allocs,
            row.bytes,
            about(&row.row)
        );
    }
    table
}

/// The rows as JSON.
#[must_use]
pub fn json(rows: &[Row]) -> String {
    serde_json::to_string_pretty(rows).expect("rows are plain data")
}
