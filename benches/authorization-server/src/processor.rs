//! Which core runs whom, and how much of it a process has had, all its threads together.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use crate::Outcome;

/// The core of the servers, one of which works at a time.
const SERVER: &str = "0";
/// The core of the load.
const LOAD: &str = "1";

/// The kernel counts a process's time in hundredths of a second, wherever Linux runs.
const TICK: Duration = Duration::from_millis(10);

/// A command whose process, threads and children stay on the servers' core.
pub(crate) fn pinned(program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", SERVER]).arg(program);
    command
}

/// Keeps this process, which has one thread still, on the core of the load.
pub(crate) fn pin_this_process() -> Outcome {
    let process = std::process::id().to_string();
    let pinned = Command::new("taskset")
        .args(["--cpu-list", "--pid", LOAD, &process])
        .stdout(Stdio::null())
        .status()
        .map_err(|error| format!("cannot start `taskset` (Debian's package `util-linux`): {error}"))?;
    if pinned.success() { Ok(()) } else { Err("the bench needs two cores: `taskset` failed".into()) }
}

/// User and system time of a process since its start.
pub(crate) fn spent(process: u32) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is the program's name in parentheses, which may hold anything.
    let (_, after_name) = stat.rsplit_once(')').ok_or("no name in the process's statistics")?;
    let mut times = after_name.split_whitespace().skip(11).map(str::parse::<u32>);
    let (Some(user), Some(system)) = (times.next(), times.next()) else {
        return Err("no times in the process's statistics".into());
    };
    Ok(TICK * (user? + system?))
}
