//! The portal's program, in the profile that the tests use too.

use crate::failure::Outcome;
use crate::shell;
use crate::steps::Done;
use crate::workspace::Workspace;

pub(crate) fn build(workspace: &Workspace) -> Outcome<Done> {
    shell::run(
        workspace.cargo("build").args(workspace.product()).args(["--bin", "portal-server"]),
        "mend what the compiler names and try again",
    )?;
    Ok(Done::Now)
}
