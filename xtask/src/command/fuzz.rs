//! `cargo xtask fuzz`: inputs that nobody thought of, for every parser that a stranger reaches.

use crate::failure::{Failure, Outcome};
use crate::fuzz::{self, Programs};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// How long a target runs, in seconds.
pub(crate) const SECONDS: u32 = 60;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if arguments.iter().any(|word| word == "-h" || word == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let (seconds, rest) = seconds_of(arguments, "--seconds")?;
    let only = match rest.as_slice() {
        [] => None,
        [only] => Some(only.as_str()),
        _ => return Err(Failure::new("`fuzz` takes one target or none; see `cargo xtask fuzz --help`")),
    };
    let (steps, workspace) = (Steps::start(), Workspace::load()?);
    let outcome = smoke(&steps, &workspace, only, seconds.unwrap_or(SECONDS));
    eprintln!("[{:>6}] in all", steps.total());
    outcome
}

/// Builds and runs, as a part of `test` too.
pub(crate) fn smoke(steps: &Steps, workspace: &Workspace, only: Option<&str>, seconds: u32) -> Outcome {
    let programs = Programs::build(steps, workspace, only)?;
    fuzz::run(steps, workspace, &programs, seconds)
}

/// A number of seconds behind `flag`, and the arguments without both.
pub(crate) fn seconds_of(arguments: &[String], flag: &str) -> Outcome<(Option<u32>, Vec<String>)> {
    let mut rest = arguments.to_vec();
    let Some(at) = rest.iter().position(|word| word == flag) else { return Ok((None, rest)) };
    let mut both = rest.drain(at..rest.len().min(at + 2)).skip(1);
    let seconds = both.next().and_then(|seconds| seconds.parse().ok());
    drop(both);
    let seconds = seconds.ok_or_else(|| Failure::new(format!("`{flag}` needs a number of seconds")))?;
    Ok((Some(seconds), rest))
}

const HELP: &str = "\
Send what nobody thought of to every parser that a stranger reaches.

    cargo xtask fuzz [TARGET] [--seconds N]

    cargo xtask fuzz                             every target for a minute, as many at once as processors
    cargo xtask fuzz bearer_token                one target for a minute
    cargo xtask fuzz registration --seconds 3600

The targets are the files of fuzz/targets/, their first inputs the files of fuzz/seeds/TARGET/.
What a target learns is kept in target/fuzz/TARGET/corpus. Where a law breaks, the input's file and the
command that shows it again are printed, and the run fails.
Uses the stable compiler; installs g++ by apt-get where there is no C++ compiler.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_stand_anywhere() {
        let words = |words: &str| words.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let read = |line: &str| seconds_of(&words(line), "--seconds").ok();
        assert_eq!(read("scope"), Some((None, words("scope"))));
        assert_eq!(read("--seconds 5 scope"), Some((Some(5), words("scope"))));
        assert_eq!(read("scope --seconds 0"), Some((Some(0), words("scope"))));
        assert_eq!((read("--seconds"), read("--seconds soon"), read("--seconds -1")), (None, None, None));
    }
}
