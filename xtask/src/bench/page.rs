//! `cargo xtask bench page`: a server-rendered page with twenty gates, beside the same page without.

use std::fs;
use std::process::Command;

use crate::failure::{Outcome, While};
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

pub(crate) fn run(steps: &Steps, workspace: &Workspace) -> Outcome {
    let program = workspace.target.join("release").join(PACKAGE);
    let counted = workspace.target.join("bench-page");
    steps.run("the page bench, optimized", || {
        shell::run(
            workspace.cargo("build").args(["--release", "--package", PACKAGE]),
            "mend what the compiler names and try again",
        )?;
        Ok(Done::Now)
    })?;

    let mut measure = Command::new(&program);
    measure.arg(workspace.target.join("bench-page.json"));
    if shell::find("valgrind").is_some() {
        steps.run("instructions, by callgrind", || {
            // What an earlier run left would be counted again.
            fs::remove_dir_all(&counted).ok();
            fs::create_dir_all(&counted).or_fail(|| format!("cannot make {}", counted.display()))?;
            let mut count = Command::new("valgrind");
            count
                .args([
                    "--quiet",
                    "--tool=callgrind",
                    "--toggle-collect=*counted*",
                    "--dump-after=*instructions*counted*",
                ])
                .arg(format!("--callgrind-out-file={}", counted.join("callgrind.out").display()))
                .arg(&program)
                .arg("--count");
            shell::run(&mut count, "see what it printed above")?;
            Ok(Done::Now)
        })?;
        measure.arg(&counted);
    } else {
        steps.skip("instructions", "`apt-get install valgrind` brings them");
    }
    shell::run_in_the_open(&mut measure, "the pages must come out the same; mend what the bench names")
}

const PACKAGE: &str = "portcullis-bench-page";
