//! Counts the instructions of a bench's cases, where there is valgrind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Outcome, While};
use crate::shell;
use crate::steps::{Done, Steps};

/// Runs `program` with `argument` under callgrind; the folder that then holds the counts.
pub(crate) fn count(steps: &Steps, program: &Path, argument: &str, folder: PathBuf) -> Outcome<Option<PathBuf>> {
    if shell::find("valgrind").is_none() {
        steps.skip("instructions", "`apt-get install valgrind` brings them");
        return Ok(None);
    }
    steps.run("instructions, counted by callgrind", || {
        if folder.exists() {
            // What an earlier run left would be counted again.
            fs::remove_dir_all(&folder).or_fail(|| format!("cannot empty {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).or_fail(|| format!("cannot make {}", folder.display()))?;
        let mut valgrind = Command::new("valgrind");
        valgrind.args(OPTIONS).arg(format!("--callgrind-out-file={}", folder.join("counts").display()));
        shell::run(valgrind.arg(program).arg(argument), "its message stands above")?;
        Ok(Done::Now)
    })?;
    Ok(Some(folder))
}

/// Counts inside the function that runs a case, and writes the count down when the case is through.
const OPTIONS: [&str; 4] = [
    "--quiet",
    "--tool=callgrind",
    "--toggle-collect=portcullis_bench_harness::instructions::counted",
    "--dump-before=portcullis_bench_harness::instructions::finished",
];
