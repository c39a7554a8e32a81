//! `cargo xtask bench`: measures, one bench a word.

use crate::bench;
use crate::failure::{Failure, Outcome};
use crate::steps::Steps;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let steps = Steps::start();
    match words.as_slice() {
        ["page"] => bench::page::run(&steps, &Workspace::load()?),
        ["wasm"] => bench::wasm::run(&steps, &Workspace::load()?),
        _ => Err(Failure::new("`bench` takes `page` or `wasm`")),
    }
}
