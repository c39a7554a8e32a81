//! The independent programs that tests and benches talk to, from npm, as their lock files pin them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Outcome, While};
use crate::shell;
use crate::steps::Done;
use crate::workspace::Workspace;

/// Installs each `tests/peers/*/` whose lock file is not the one that was installed last.
pub(crate) fn ensure(workspace: &Workspace) -> Outcome<Done> {
    ensure_in(&workspace.root.join("tests/peers"))
}

/// The same of the folders below another one.
pub(crate) fn ensure_in(folder: &Path) -> Outcome<Done> {
    let mut done = Done::Already;
    for peer in peers(folder)? {
        let lock = read(&peer.join("package-lock.json"))?;
        let stamp = peer.join("node_modules/.installed-lock.json");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
            continue;
        }
        shell::run(
            Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&peer),
            "check the connection to the npm registry and try again",
        )?;
        fs::write(&stamp, lock).or_fail(|| format!("cannot write {}", stamp.display()))?;
        done = Done::Now;
    }
    Ok(done)
}

fn peers(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).or_fail(|| format!("cannot read {}", folder.display()))?;
    let mut peers: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.join("package-lock.json").is_file()).collect();
    peers.sort();
    Ok(peers)
}

fn read(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).or_fail(|| format!("cannot read {}", file.display()))
}
