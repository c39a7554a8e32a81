//! The price of a guard beside bare axum and the peers, and how it grows.

use std::path::PathBuf;
use std::process::Command;

use super::callgrind;
use crate::failure::Outcome;
use crate::setup;
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

/// Prints the table of one request, and writes its rows to `target/bench.json`.
pub(crate) fn run(steps: &Steps, workspace: &Workspace) -> Outcome {
    build(steps, workspace)?;
    let program = program(workspace);
    let counts = callgrind::count(steps, &program, "instructions", workspace.target.join("bench-instructions"))?;
    steps.run("nanoseconds and allocations, in interleaved rounds", || {
        let mut bench = Command::new(&program);
        bench.arg("guard").arg(workspace.target.join("bench.json")).args(counts);
        shell::run_in_the_open(&mut bench, "its message stands above")?;
        Ok(Done::Now)
    })
}

/// Prints how the price grows, and writes the lines to `target/bench-growth.json`.
pub(crate) fn grow(steps: &Steps, workspace: &Workspace) -> Outcome {
    build(steps, workspace)?;
    steps.run("permissions, organizations, sessions and threads", || {
        let mut bench = Command::new(program(workspace));
        bench.arg("growth").arg(workspace.target.join("bench-growth.json")).env(HUGE_PAGES.0, HUGE_PAGES.1);
        shell::run_in_the_open(&mut bench, "its message stands above")?;
        Ok(Done::Now)
    })
}

fn build(steps: &Steps, workspace: &Workspace) -> Outcome {
    steps.run("C compiler", setup::c_compiler::ensure)?;
    steps.run("the benches and the peers, optimized", || {
        let mut build = workspace.cargo("build");
        shell::run(build.args(["--release", "--package", PACKAGE]), "mend what the compiler names and try again")?;
        Ok(Done::Now)
    })
}

fn program(workspace: &Workspace) -> PathBuf {
    workspace.target.join("release").join(PACKAGE)
}

/// A million sessions are a heap of 600 MB: in pages of 4 kB most of what a request waits for is where they lie.
/// `docs/benchmarks.md` tells what it is without, and `docs/configuration.md` recommends it.
const HUGE_PAGES: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

const PACKAGE: &str = "portcullis-benches";
