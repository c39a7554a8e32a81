//! `cargo xtask tidy`: habits that a compiler does not check.

use crate::failure::{Failure, Outcome};
use crate::steps::{Done, Steps};
use crate::tidy;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if arguments.first().is_some_and(|word| word == "-h" || word == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let steps = Steps::start();
    let workspace = Workspace::load()?;
    steps.run("tidy", || check(&workspace).map(|()| Done::Now))
}

/// Runs every check, and shows all they find before failing.
pub(crate) fn check(workspace: &Workspace) -> Outcome {
    let mut findings = tidy::imports::findings(&workspace.root)?;
    let sources = tidy::sources::of(&workspace.root)?;
    for source in &sources {
        findings.extend(tidy::first_line::finding(source));
        findings.extend(tidy::length::finding(source));
    }
    findings.extend(tidy::paths::findings(&workspace.root));
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err(Failure::new("one thing is not tidy; it stands above")),
        count => Err(Failure::new(format!("{count} things are not tidy; they stand above"))),
    }
}

const HELP: &str = "\
Check the habits that a compiler does not.

    cargo xtask tidy

  - our crates import each other only in the direction that xtask/src/tidy/imports.rs lists
  - every source file begins with `//!`
  - no file has more than 400 lines of code, unless xtask/src/tidy/length.rs lists it
  - every path named in ARCHITECTURE.md exists
";
