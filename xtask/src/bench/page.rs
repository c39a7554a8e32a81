//! `cargo xtask bench page`: a server-rendered page with twenty gates, beside the same page without.

use crate::failure::Outcome;
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

pub(crate) fn run(steps: &Steps, workspace: &Workspace) -> Outcome {
    steps.run("the page bench, optimized", || {
        shell::run(
            workspace.cargo("build").args(["--release", "--package", PACKAGE]),
            "mend what the compiler names and try again",
        )?;
        Ok(Done::Now)
    })?;
    shell::run_in_the_open(
        workspace
            .cargo("run")
            .args(["--quiet", "--release", "--package", PACKAGE, "--"])
            .arg(workspace.target.join("bench-page.json")),
        "the two pages must come out the same; mend what the bench names",
    )
}

const PACKAGE: &str = "portcullis-bench-page";
