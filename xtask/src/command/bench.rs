//! `cargo xtask bench`: measurements.

use crate::bench;
use crate::failure::{Failure, Outcome};
use crate::steps::Steps;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["portal"] => bench::portal::run(&Steps::start(), &Workspace::load()?),
        ["-h" | "--help"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(Failure::new("`bench` takes `portal`; see `cargo xtask bench --help`")),
    }
}

const HELP: &str = "\
Measure.

    cargo xtask bench portal     the portal over loopback under wrk, and its open event streams
";
