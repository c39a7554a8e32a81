//! `cargo xtask ci`: everything that has to hold, in one go.

use std::process::Command;

use crate::command;
use crate::failure::Outcome;
use crate::setup::wasm_target::TARGET;
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if arguments.first().is_some_and(|word| word == "-h" || word == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let steps = Steps::start();
    let workspace = Workspace::load()?;
    let mut skipped = Vec::new();

    if has(&workspace, "fmt") {
        steps.run("formatting", || {
            shell::run(workspace.cargo("fmt").args(["--all", "--check"]), "run `cargo fmt --all`")?;
            Ok(Done::Now)
        })?;
    } else {
        skipped.push("formatting (`rustup component add rustfmt`)");
    }
    if has(&workspace, "clippy") {
        steps.run("lints", || {
            let mut clippy = workspace.cargo("clippy");
            clippy.args(workspace.product()).arg("--all-targets");
            shell::run(&mut clippy, "mend what clippy names")?;
            let mut clippy = workspace.cargo("clippy");
            clippy.args(["--package", "xtask", "--all-targets"]);
            shell::run(&mut clippy, "mend what clippy names")?;
            Ok(Done::Now)
        })?;
    } else {
        skipped.push("lints (`rustup component add clippy`)");
    }
    steps.run("the first lines, imports and paths", || command::tidy::check(&workspace).map(|()| Done::Now))?;
    command::test::all(&steps, &workspace, &[])?;
    steps.run("the nouns for WebAssembly", || {
        let mut check = workspace.cargo("check");
        check.args(["--package", "portcullis-core", "--target", TARGET]);
        shell::run(&mut check, "core may use nothing that a browser lacks")?;
        Ok(Done::Now)
    })?;
    command::matrix::check(&steps, &workspace)?;

    for name in &skipped {
        steps.skip(name, "not installed");
    }
    eprintln!("[{:>6}] in all", steps.total());
    Ok(())
}

fn has(workspace: &Workspace, subcommand: &str) -> bool {
    let mut command: Command = workspace.cargo(subcommand);
    shell::succeeds(command.arg("--version"))
}

const HELP: &str = "\
Everything that has to hold: formatting, lints, tidy, all tests, the WebAssembly build, the access matrix.

    cargo xtask ci

Lints are shown and do not fail the run. A step whose tool is absent is named as skipped at the end.
";
