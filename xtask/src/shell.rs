//! Runs other programs: looks them up, shows what they print, reports how they fail.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::failure::{Failure, Outcome, While};

/// Where `program` lies, if the search path has it.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Runs a program with its output shown, and fails with `advice` unless it ends with status 0.
///
/// Standard output is kept for results, so what the program prints goes to standard error.
pub(crate) fn run(command: &mut Command, advice: &str) -> Outcome {
    command.stdout(Stdio::from(io::stderr()));
    run_in_the_open(command, advice)
}

/// The same, for a program whose output is itself the result.
pub(crate) fn run_in_the_open(command: &mut Command, advice: &str) -> Outcome {
    let status = command.status().or_fail(|| format!("cannot start {}", shown(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("{} ended with {status}; {advice}", shown(command))))
    }
}

/// What a program prints on standard output.
pub(crate) fn read(command: &mut Command, advice: &str) -> Outcome<String> {
    let output = command.stderr(Stdio::inherit()).output().or_fail(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        return Err(Failure::new(format!("{} ended with {}; {advice}", shown(command), output.status)));
    }
    String::from_utf8(output.stdout).or_fail(|| format!("{} printed what is no text", shown(command)))
}

/// Whether a program can be started and ends with status 0; prints nothing.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words: Vec<_> = std::iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}

/// Whether we are the superuser.
pub(crate) fn is_root() -> bool {
    read(Command::new("id").arg("-u"), "").is_ok_and(|id| id.trim() == "0")
}
