//! Builds the fuzz targets with libFuzzer and coverage counters, on the stable compiler.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Failure, Outcome, While};
use crate::setup;
use crate::setup::debian::Program;
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

/// The programs, one a target.
pub(crate) struct Programs {
    folder: PathBuf,
    /// The targets, by name.
    pub(crate) names: Vec<String>,
}

impl Programs {
    /// Builds the one target, or all.
    pub(crate) fn build(steps: &Steps, workspace: &Workspace, only: Option<&str>) -> Outcome<Self> {
        let mut names = targets(workspace)?;
        names.retain(|name| only.is_none_or(|only| only == name));
        if names.is_empty() {
            return Err(Failure::new(format!("there is no fuzz target `{}`; see fuzz/targets/", only.unwrap_or("*"))));
        }
        steps.run("C++ compiler", || setup::debian::ensure_these(COMPILER))?;
        let host = host()?;
        // Apart from all other products: every crate is built with other flags.
        let products = workspace.target.join("fuzz-build");
        steps.run("the fuzz targets", || {
            let mut build = workspace.cargo("build");
            build.args(["--package", "portcullis-fuzz", "--profile", "fuzz"]);
            // With a target named, build scripts and macros are spared the flags.
            build.args(["--target", &host]);
            build.args(names.iter().flat_map(|name| ["--bin", name]));
            build.env("CARGO_TARGET_DIR", &products).env("RUSTFLAGS", FLAGS.join(" "));
            shell::run(build.env_remove("CARGO_ENCODED_RUSTFLAGS"), "what is wrong stands above")?;
            Ok(Done::Now)
        })?;
        Ok(Self { folder: products.join(host).join("fuzz"), names })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The names of the files in `fuzz/targets/`.
fn targets(workspace: &Workspace) -> Outcome<Vec<String>> {
    let folder = workspace.root.join("fuzz/targets");
    let files = fs::read_dir(&folder).or_fail(|| format!("cannot read {}", folder.display()))?;
    let mut names: Vec<String> =
        files.flatten().filter_map(|file| file.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned)).collect();
    names.sort();
    Ok(names)
}

/// The platform of the compiler in use.
fn host() -> Outcome<String> {
    let told = shell::read(Command::new("rustc").arg("-vV"), "install Rust by rustup and try again")?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::new("`rustc -vV` names no host"))
}

/// What `cargo fuzz` sets, but for the sanitizer, which needs a nightly compiler: our code has nothing unsafe.
const FLAGS: &[&str] = &[
    "--cfg fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// libFuzzer is C++.
const COMPILER: &[Program] = &[("g++", || ["c++", "g++", "clang++"].iter().any(|name| shell::find(name).is_some()))];
