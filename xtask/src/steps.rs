//! Announces each step and how long it took, on standard error.

use std::time::{Duration, Instant};

use crate::failure::Outcome;

/// The stopwatch of one command.
pub(crate) struct Steps {
    started: Instant,
}

/// How a step ended well.
pub(crate) enum Done {
    /// It did something.
    Now,
    /// There was nothing to do.
    Already,
}

impl Steps {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Runs one step, and says so before and after.
    pub(crate) fn run(&self, name: &str, work: impl FnOnce() -> Outcome<Done>) -> Outcome {
        let began = Instant::now();
        eprintln!("[{:>6}] {name} …", seconds(self.started.elapsed()));
        let ending = match work()? {
            Done::Already => "up to date".to_owned(),
            Done::Now => format!("done in {}", seconds(began.elapsed())),
        };
        eprintln!("[{:>6}] {name}: {ending}", seconds(self.started.elapsed()));
        Ok(())
    }

    /// Says what is left out, and why.
    pub(crate) fn skip(&self, name: &str, reason: &str) {
        eprintln!("[{:>6}] skipped: {name} ({reason})", seconds(self.started.elapsed()));
    }

    pub(crate) fn total(&self) -> String {
        seconds(self.started.elapsed())
    }
}

fn seconds(elapsed: Duration) -> String {
    format!("{:.1} s", elapsed.as_secs_f64())
}
