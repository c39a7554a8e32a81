//! How much of the processor this process has had, all its threads together.

use std::{fs, time::Duration};

use crate::Outcome;

/// The kernel counts a process's time in hundredths of a second, wherever Linux runs.
const TICK: Duration = Duration::from_millis(10);

/// User and system time since the start.
pub(crate) fn spent() -> Outcome<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is the program's name in parentheses, which may hold anything.
    let (_, after_name) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    let mut times = after_name.split_whitespace().skip(11).map(str::parse::<u32>);
    let (Some(user), Some(system)) = (times.next(), times.next()) else {
        return Err("no times in /proc/self/stat".into());
    };
    Ok(TICK * (user? + system?))
}
