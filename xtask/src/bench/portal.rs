//! The portal under load, on SQLite and on PostgreSQL: guarded against unguarded, and open event streams.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Outcome;
use crate::postgres::{self, Postgres};
use crate::setup;
use crate::setup::debian::Program;
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

/// Prints both tables, and writes `target/bench-portal.json` and `target/bench-streams.json`.
pub(crate) fn run(steps: &Steps, workspace: &Workspace) -> Outcome {
    steps.run("C compiler", setup::c_compiler::ensure)?;
    steps.run("wrk and PostgreSQL", || setup::debian::ensure_these(PROGRAMS))?;
    steps.run("the portal, optimized", || build(workspace))?;
    let mut postgres = Postgres::start()?;
    for (name, part, file) in PARTS {
        steps.run(name, || {
            let mut bench = Command::new(program(workspace));
            bench.arg(part).arg(workspace.target.join(file));
            postgres.run_guarded(bench.env("PORTCULLIS_TEST_POSTGRES", postgres.url()))?;
            Ok(Done::Now)
        })?;
    }
    Ok(())
}

fn build(workspace: &Workspace) -> Outcome<Done> {
    shell::run(
        workspace.cargo("build").args(["--release", "--package", PACKAGE]),
        "mend what the compiler names and try again",
    )?;
    Ok(Done::Now)
}

fn program(workspace: &Workspace) -> PathBuf {
    workspace.target.join("release").join(PACKAGE)
}

/// What is said of a part, its name, and the file that it writes.
const PARTS: [(&str, &str, &str); 2] = [
    ("guarded and unguarded over loopback", "loopback", "bench-portal.json"),
    ("open event streams", "streams", "bench-streams.json"),
];

const PROGRAMS: &[Program] =
    &[("postgresql", || postgres::programs().is_some()), ("wrk", || shell::find("wrk").is_some())];

const PACKAGE: &str = "portcullis-bench-portal";
