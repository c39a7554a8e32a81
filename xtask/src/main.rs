//! Automation of this repository; `cargo xtask --help` lists the commands.
//!
//! Imports nothing of ours, so that it builds before, and apart from, what it builds.

mod bench;
mod build;
mod command;
mod failure;
mod fuzz;
mod matrix;
mod postgres;
mod setup;
mod shell;
mod steps;
mod tidy;
mod workspace;

use std::env;
use std::process::ExitCode;

use crate::failure::Outcome;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(());
    };
    match name.as_str() {
        "bench" => command::bench::run(rest),
        "ci" => command::ci::run(rest),
        "fuzz" => command::fuzz::run(rest),
        "matrix" => command::matrix::run(rest),
        "serve" => command::serve::run(rest),
        "test" => command::test::run(rest),
        "tidy" => command::tidy::run(rest),
        "-h" | "--help" | "help" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => {
            Err(failure::Failure::new(format!("there is no command `{unknown}`; `cargo xtask --help` lists them")))
        }
    }
}

const HELP: &str = "\
Automation of Portcullis.

    cargo xtask COMMAND [ARGUMENT…]        cargo xtask COMMAND --help

    serve     set up what is missing, build the portal, run it at http://127.0.0.1:3000
    test      set up what is missing, run every test, in a browser and by fuzzing too
    bench     what the guards cost, beside bare axum and the peers
    fuzz      what nobody thought of, for every parser that a stranger reaches
    matrix    print the access matrix; --check compares it with docs/access-matrix.md
    ci        formatting, lints, tests, wasm, matrix and tidy, in one go
    tidy      import direction, first lines of files, paths named in ARCHITECTURE.md

Every command says what it does with elapsed times, stops at the first failure with a sentence
that says what to do, and skips what is already done.
";
