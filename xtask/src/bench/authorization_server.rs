//! The authorization server under load, on SQLite and on PostgreSQL, next to npm's `oidc-provider`.

use std::process::Command;

use crate::failure::Outcome;
use crate::postgres::{self, Postgres};
use crate::setup;
use crate::setup::debian::Program;
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

/// Prints the table, and writes `target/bench-authorization-server.json`.
pub(crate) fn run(steps: &Steps, workspace: &Workspace) -> Outcome {
    steps.run("C compiler", setup::c_compiler::ensure)?;
    steps.run("PostgreSQL, node and taskset", || setup::debian::ensure_these(PROGRAMS))?;
    let folder = workspace.root.join("benches/authorization-server");
    steps.run("the peer from npm", || setup::peers::ensure_in(&folder))?;
    steps.run("the servers, optimized", || build(workspace))?;
    let mut postgres = Postgres::start()?;
    steps.run("five operations on one core", || {
        let mut bench = Command::new(workspace.target.join("release").join(PACKAGE));
        bench.arg("run").arg(folder.join("peer/server.mjs")).arg(workspace.target.join(FILE));
        postgres.run_guarded(bench.env("PORTCULLIS_TEST_POSTGRES", postgres.url()))?;
        Ok(Done::Now)
    })
}

fn build(workspace: &Workspace) -> Outcome<Done> {
    shell::run(
        workspace.cargo("build").args(["--release", "--package", PACKAGE]),
        "mend what the compiler names and try again",
    )?;
    Ok(Done::Now)
}

const PROGRAMS: &[Program] = &[
    ("postgresql", || postgres::programs().is_some()),
    ("nodejs", || shell::find("node").is_some()),
    ("npm", || shell::find("npm").is_some()),
    ("util-linux", || shell::find("taskset").is_some()),
];

const PACKAGE: &str = "portcullis-bench-authorization-server";
const FILE: &str = "bench-authorization-server.json";
