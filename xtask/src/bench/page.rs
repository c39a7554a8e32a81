//! A server-rendered page with twenty gates, beside the same page without.

use std::process::Command;

use super::callgrind;
use crate::failure::Outcome;
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

/// Prints the table, and writes its rows to `target/bench-page.json`.
pub(crate) fn run(steps: &Steps, workspace: &Workspace) -> Outcome {
    steps.run("the page bench, optimized", || {
        let mut build = workspace.cargo("build");
        shell::run(build.args(["--release", "--package", PACKAGE]), "mend what the compiler names and try again")?;
        Ok(Done::Now)
    })?;
    let program = workspace.target.join("release").join(PACKAGE);
    let counts = callgrind::count(steps, &program, "--count", workspace.target.join("bench-page"))?;
    steps.run("nanoseconds and allocations, in interleaved rounds", || {
        let mut bench = Command::new(&program);
        bench.arg(workspace.target.join("bench-page.json")).args(counts);
        shell::run_in_the_open(&mut bench, "the pages must come out the same; mend what the bench names")?;
        Ok(Done::Now)
    })
}

const PACKAGE: &str = "portcullis-bench-page";
