//! Runs the fuzz targets for a while, as many at once as there are processors.

use std::fs::{self, File};
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use crate::failure::{Failure, Outcome, While};
use crate::fuzz::Programs;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

/// Runs each for so many seconds; all that broke are told before it fails.
pub(crate) fn run(steps: &Steps, workspace: &Workspace, programs: &Programs, seconds: u32) -> Outcome {
    let name = format!("fuzzing, {} targets for {seconds} s each", programs.names.len());
    steps.run(&name, || {
        let waiting = Mutex::new(programs.names.iter());
        let broken = Mutex::new(Vec::new());
        let at_once = thread::available_parallelism().map_or(1, NonZero::get);
        thread::scope(|scope| {
            for _ in 0..at_once {
                scope.spawn(|| {
                    while let Some(name) = next(&waiting) {
                        if let Err(failure) = fuzz(workspace, &programs.path(name), name, seconds)
                            && let Ok(mut broken) = broken.lock()
                        {
                            broken.push(failure.to_string());
                        }
                    }
                });
            }
        });
        match broken.into_inner().unwrap_or_default().as_slice() {
            [] => Ok(Done::Now),
            broken => Err(Failure::new(broken.join("\n\n"))),
        }
    })
}

fn next<'n>(waiting: &Mutex<impl Iterator<Item = &'n String>>) -> Option<&'n String> {
    waiting.lock().ok()?.next()
}

/// One target. What it learns stays in the target folder, for the next run.
fn fuzz(workspace: &Workspace, program: &Path, name: &str, seconds: u32) -> Outcome {
    let folder = workspace.target.join("fuzz").join(name);
    let (corpus, log) = (folder.join("corpus"), folder.join("log"));
    fs::create_dir_all(&corpus).or_fail(|| format!("cannot make {}", corpus.display()))?;
    let written = File::create(&log).or_fail(|| format!("cannot write {}", log.display()))?;
    let status = Command::new(program)
        .args([&corpus, &workspace.root.join("fuzz/seeds").join(name)])
        .args(OPTIONS)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", folder.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(written)
        .status()
        .or_fail(|| format!("cannot start {}", program.display()))?;
    let bytes = fs::read(&log).or_fail(|| format!("cannot read {}", log.display()))?;
    let told = String::from_utf8_lossy(&bytes);
    if status.success() {
        eprintln!("{name:>24}: {}", summary(&told));
        return Ok(());
    }
    let input = told.lines().find_map(|line| line.split_once("Test unit written to ")).map(|(_, path)| path);
    let panicked: Vec<&str> = told.lines().skip_while(|line| !line.contains("panicked at")).take(PANIC).collect();
    let again = match input {
        Some(input) => format!("the input is {input}; run `{} {input}` to see it again", program.display()),
        None => "it ended without an input".to_owned(),
    };
    Err(Failure::new(format!("{name} broke\n{}\n{again}; all it said is in {}", panicked.join("\n"), log.display())))
}

/// What libFuzzer counted.
fn summary(told: &str) -> String {
    let stat = |name: &str| {
        let values = told.lines().filter_map(|line| line.strip_prefix("stat::")?.strip_prefix(name)?.strip_prefix(':'));
        values.last().unwrap_or("?").trim().to_owned()
    };
    let covered = told.lines().rev().find_map(|line| line.split_once(" cov: ")?.1.split(' ').next());
    let (runs, rate) = (stat("number_of_executed_units"), stat("average_exec_per_sec"));
    format!("{runs} runs, {rate} a second, {} places covered", covered.unwrap_or("?"))
}

/// Inputs of the length of a long header; a run of ten seconds or two gigabytes is a finding too.
const OPTIONS: [&str; 5] =
    ["-max_len=4096", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=1"];

/// So many lines of a panic are shown.
const PANIC: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_read() {
        let told = "#2\tINITED cov: 17 ft: 20 corp: 1/1b exec/s: 0 rss: 40Mb\n\
                    #9\tDONE   cov: 21 ft: 30 corp: 2/2b lim: 4 exec/s: 4 rss: 41Mb\n\
                    stat::number_of_executed_units: 9\nstat::average_exec_per_sec:     4\n";
        assert_eq!(summary(told), "9 runs, 4 a second, 21 places covered");
        assert_eq!(summary(""), "? runs, ? a second, ? places covered");
    }
}
