//! Builds the portal: the server, the browser's module, and the files beside it.

pub(crate) mod bindings;
pub(crate) mod browser_module;
pub(crate) mod compressed;
pub(crate) mod server;
pub(crate) mod static_files;

use crate::failure::Outcome;
use crate::steps::Steps;
use crate::workspace::Workspace;

/// All of the portal.
pub(crate) fn portal(steps: &Steps, workspace: &Workspace) -> Outcome {
    steps.run("the server", || server::build(workspace))?;
    steps.run("the browser's module", || browser_module::build(workspace))?;
    steps.run("its JavaScript bindings", || bindings::generate(workspace))?;
    steps.run("style and public files", || static_files::copy(workspace))?;
    steps.run("compressed copies", || compressed::write(workspace))
}
