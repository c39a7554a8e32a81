//! The standard library for WebAssembly, by rustup.

use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::shell;
use crate::steps::Done;

pub(crate) fn ensure() -> Outcome<Done> {
    if is_installed()? {
        return Ok(Done::Already);
    }
    if shell::find("rustup").is_none() {
        return Err(Failure::new(format!(
            "this Rust has no standard library for {TARGET} and there is no rustup to add it; install Rust by rustup"
        )));
    }
    shell::run(
        Command::new("rustup").args(["target", "add", TARGET]),
        "check the connection to rustup's server and try again",
    )?;
    Ok(Done::Now)
}

fn is_installed() -> Outcome<bool> {
    let printed = shell::read(
        Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]),
        "install Rust by rustup",
    )?;
    Ok(Path::new(printed.trim()).is_dir())
}

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
