//! Programs from Debian's packages: browser, database and peers of the tests, and what a bench asks for.

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::postgres;
use crate::shell;
use crate::steps::Done;

/// Installs the packages of those of the tests' programs that are missing.
pub(crate) fn ensure() -> Outcome<Done> {
    ensure_these(PROGRAMS)
}

/// Installs the packages of those of these programs that are missing.
pub(crate) fn ensure_these(programs: &[Program]) -> Outcome<Done> {
    let missing: Vec<&str> = programs.iter().filter(|(_, there)| !there()).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(Done::Already);
    }
    if shell::find("apt-get").is_none() {
        return Err(Failure::new(format!(
            "this needs {}, and there is no apt-get here to install them; install them by hand",
            missing.join(", ")
        )));
    }
    let advice = format!("run `apt-get install {}` by hand and try again", missing.join(" "));
    shell::run(apt(&missing)?.arg("update"), &advice)?;
    shell::run(apt(&missing)?.args(["install", "--yes", "--no-install-recommends"]).args(&missing), &advice)?;
    Ok(Done::Now)
}

/// `apt-get` that asks nothing, by sudo where we are not the superuser.
fn apt(missing: &[&str]) -> Outcome<Command> {
    let mut command = match (shell::is_root(), shell::find("sudo").is_some()) {
        (true, _) => Command::new("env"),
        (false, true) => {
            let mut command = Command::new("sudo");
            command.arg("env");
            command
        }
        (false, false) => {
            return Err(Failure::new(format!(
                "this needs {}; there is no sudo, so run `apt-get install {}` as root and try again",
                missing.join(", "),
                missing.join(" ")
            )));
        }
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}

/// A package, and how to see that what it brings is there already.
pub(crate) type Program = (&'static str, fn() -> bool);

const PROGRAMS: &[Program] = &[
    ("chromium", || shell::find("chromium").is_some()),
    ("chromium-driver", || shell::find("chromedriver").is_some()),
    ("nodejs", || shell::find("node").is_some()),
    ("npm", || shell::find("npm").is_some()),
    ("postgresql", || postgres::programs().is_some()),
];
