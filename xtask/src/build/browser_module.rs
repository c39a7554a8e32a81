//! The WebAssembly that upgrades the pages in the browser, built for size.

use std::path::PathBuf;

use crate::failure::Outcome;
use crate::setup::wasm_target::TARGET;
use crate::shell;
use crate::steps::Done;
use crate::workspace::Workspace;

pub(crate) fn build(workspace: &Workspace) -> Outcome<Done> {
    shell::run(
        workspace
            .cargo("build")
            .args(["--package", "portcullis-example-app", "--lib", "--no-default-features", "--features", "hydrate"])
            .args(["--target", TARGET, "--profile", PROFILE]),
        "mend what the compiler names and try again",
    )?;
    Ok(Done::Now)
}

/// Where cargo puts it.
pub(crate) fn artifact(workspace: &Workspace) -> PathBuf {
    workspace.target.join(TARGET).join(PROFILE).join("portal.wasm")
}

const PROFILE: &str = "wasm-release";
