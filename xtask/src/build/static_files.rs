//! Copies the style sheet and the public files beside the browser's module.

use std::fs;
use std::path::Path;

use crate::failure::{Outcome, While};
use crate::steps::Done;
use crate::workspace::Workspace;

pub(crate) fn copy(workspace: &Workspace) -> Outcome<Done> {
    let app = workspace.root.join("example-app");
    let site = workspace.site();
    let mut done = copy_file(&app.join("style/portal.css"), &site.join("pkg/portal.css"))?;
    let public = app.join("public");
    if public.is_dir() {
        done = either(done, copy_folder(&public, &site)?);
    }
    Ok(done)
}

fn copy_folder(from: &Path, to: &Path) -> Outcome<Done> {
    let mut done = Done::Already;
    for entry in fs::read_dir(from).or_fail(|| format!("cannot read {}", from.display()))?.flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        done = either(done, if from.is_dir() { copy_folder(&from, &to)? } else { copy_file(&from, &to)? });
    }
    Ok(done)
}

/// Copies one file unless the copy has the same content.
fn copy_file(from: &Path, to: &Path) -> Outcome<Done> {
    let content = fs::read(from).or_fail(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|copied| copied == content) {
        return Ok(Done::Already);
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).or_fail(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(to, content).or_fail(|| format!("cannot write {}", to.display()))?;
    Ok(Done::Now)
}

fn either(one: Done, other: Done) -> Done {
    if matches!((&one, &other), (Done::Already, Done::Already)) { Done::Already } else { Done::Now }
}
