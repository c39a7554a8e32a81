//! Where the repository and its build products lie, as cargo tells it.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::failure::{Failure, Outcome, While};
use crate::shell;

pub(crate) struct Workspace {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, `CARGO_TARGET_DIR` respected.
    pub(crate) target: PathBuf,
    packages: Vec<String>,
}

impl Workspace {
    pub(crate) fn load() -> Outcome<Self> {
        let printed = shell::read(
            Command::new(cargo()).args(["metadata", "--no-deps", "--format-version", "1"]),
            "run this inside the repository",
        )?;
        let metadata: Value = serde_json::from_str(&printed).or_fail(|| "cannot read `cargo metadata`".to_owned())?;
        let path = |key: &str| {
            metadata.get(key).and_then(Value::as_str).map(PathBuf::from).ok_or_else(|| {
                Failure::new(format!(
                    "`cargo metadata` names no `{key}`; the cargo in use is older than this repository"
                ))
            })
        };
        let packages = metadata.get("packages").and_then(Value::as_array).into_iter().flatten();
        let packages = packages.filter_map(|package| package.get("name")?.as_str()).map(str::to_owned).collect();
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")?, packages })
    }

    /// A cargo command at the repository's root, building where this run looks for the products.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(cargo());
        command.arg(subcommand).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Selects all packages that are built natively and belong to the product.
    ///
    /// Everything uses this one selection: cargo unites the features of the packages that are selected
    /// together, so another selection would build the dependencies twice.
    pub(crate) fn product(&self) -> Vec<&'static str> {
        let apart = APART.iter().filter(|apart| self.packages.iter().any(|package| package == *apart));
        std::iter::once("--workspace").chain(apart.flat_map(|package| ["--exclude", package])).collect()
    }

    /// The folder of what the portal serves as files.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The portal's program.
    pub(crate) fn server(&self) -> PathBuf {
        self.target.join("debug/portal-server")
    }
}

fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The gallery is a collection of mistakes and does not compile; the benches are optimized and bring their
/// peers; the fuzz targets are built for libFuzzer; xtask was built alone, by `cargo xtask`.
const APART: &[&str] = &[
    "portcullis-benches",
    "portcullis-bench-harness",
    "portcullis-bench-page",
    "portcullis-bench-peers",
    "portcullis-bench-portal",
    "portcullis-bench-wasm",
    "portcullis-fuzz",
    "portcullis-gallery",
    "xtask",
];
