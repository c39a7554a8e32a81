//! The price of a guard beside bare axum and the peers, and how it grows.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Outcome, While};
use crate::setup;
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

/// Prints the table of one request, and writes its rows to `target/bench.json`.
pub(crate) fn run(steps: &Steps, workspace: &Workspace) -> Outcome {
    build(steps, workspace)?;
    let counts = instructions(steps, workspace)?;
    steps.run("nanoseconds and allocations, in interleaved rounds", || {
        let mut bench = Command::new(program(workspace));
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
        bench.arg("growth").arg(workspace.target.join("bench-growth.json"));
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

/// Counts instructions where there is valgrind; the folder that holds the counts.
fn instructions(steps: &Steps, workspace: &Workspace) -> Outcome<Option<PathBuf>> {
    if shell::find("valgrind").is_none() {
        steps.skip("instructions", "valgrind is not installed");
        return Ok(None);
    }
    let folder = workspace.target.join("bench-instructions");
    steps.run("instructions, counted by callgrind", || {
        if folder.exists() {
            fs::remove_dir_all(&folder).or_fail(|| format!("cannot empty {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).or_fail(|| format!("cannot make {}", folder.display()))?;
        let mut valgrind = Command::new("valgrind");
        valgrind.args(CALLGRIND).arg(format!("--callgrind-out-file={}", folder.join("counts").display()));
        shell::run(valgrind.arg(program(workspace)).arg("instructions"), "its message stands above")?;
        Ok(Done::Now)
    })?;
    Ok(Some(folder))
}

fn program(workspace: &Workspace) -> PathBuf {
    workspace.target.join("release").join(PACKAGE)
}

const PACKAGE: &str = "portcullis-benches";

/// Counts inside the function that runs a case, and writes the count down when the case is through.
const CALLGRIND: [&str; 4] = [
    "--quiet",
    "--tool=callgrind",
    "--toggle-collect=portcullis_bench_harness::instructions::counted",
    "--dump-before=portcullis_bench_harness::instructions::finished",
];
