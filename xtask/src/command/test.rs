//! `cargo xtask test`: every test, with the servers and the browser that they need.

use crate::build;
use crate::command::fuzz;
use crate::failure::Outcome;
use crate::postgres::Postgres;
use crate::setup;
use crate::shell;
use crate::steps::{Done, Steps};
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if arguments.first().is_some_and(|word| word == "-h" || word == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let steps = Steps::start();
    let workspace = Workspace::load()?;
    let outcome = all(&steps, &workspace, arguments);
    eprintln!("[{:>6}] in all", steps.total());
    outcome
}

/// The whole of it, as a part of `ci` too.
pub(crate) fn all(steps: &Steps, workspace: &Workspace, arguments: &[String]) -> Outcome {
    let (fuzz_seconds, arguments) = fuzz::seconds_of(arguments, "--fuzz-seconds")?;
    steps.run("C compiler", setup::c_compiler::ensure)?;
    steps.run("WebAssembly target", setup::wasm_target::ensure)?;
    steps.run("browser, database and Node.js", setup::debian::ensure)?;
    steps.run("peers from npm", || setup::peers::ensure(workspace))?;
    build::portal(steps, workspace)?;

    if arguments.is_empty() {
        steps.run("the tests of xtask", || {
            shell::run_in_the_open(workspace.cargo("test").args(["--package", "xtask"]), "what failed stands above")?;
            Ok(Done::Now)
        })?;
    }
    let mut postgres = None;
    steps.run("PostgreSQL", || {
        postgres = Some(Postgres::start()?);
        Ok(Done::Now)
    })?;
    let outcome = steps.run("the tests", || {
        let mut tests = workspace.cargo("test");
        tests.args(workspace.product()).arg("--no-fail-fast").args(&arguments);
        tests.env("PORTAL_SERVER", workspace.server()).env("PORTAL_SITE", workspace.site());
        match &mut postgres {
            Some(postgres) => postgres.run_guarded(tests.env("PORTCULLIS_TEST_POSTGRES", postgres.url()))?,
            None => return Ok(Done::Already),
        }
        Ok(Done::Now)
    });
    drop(postgres);
    outcome?;
    match fuzz_seconds.unwrap_or(fuzz::SECONDS) {
        0 => steps.skip("fuzzing", "`--fuzz-seconds 0`"),
        seconds if arguments.is_empty() => fuzz::smoke(steps, workspace, None, seconds)?,
        _ => {}
    }
    Ok(())
}

const HELP: &str = "\
Set up what is missing, run every test, in a browser and by fuzzing too.

    cargo xtask test [--fuzz-seconds N] [FILTER] [CARGO TEST ARGUMENT…]

    cargo xtask test                       all, and every fuzz target for a minute at the end
    cargo xtask test --fuzz-seconds 5      all, and every fuzz target for so many seconds; 0 leaves them out
    cargo xtask test refusal               those whose name holds `refusal`
    cargo xtask test --test e2e            one test program
    cargo xtask test --test e2e -- --nocapture

Installs chromium, chromium-driver, nodejs, npm and postgresql by apt-get where they are missing,
and starts a PostgreSQL of its own on a free port for as long as the tests run.
";
