//! `cargo xtask bench`: what the guards cost.

use crate::bench;
use crate::failure::{Failure, Outcome};
use crate::steps::Steps;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["-h" | "--help"] = words.as_slice() {
        print!("{HELP}");
        return Ok(());
    }
    let chosen: Vec<Bench> = match words.as_slice() {
        [] => vec![bench::guard::run],
        ["all"] => BENCHES.iter().map(|(_, bench)| *bench).collect(),
        [word] => BENCHES.iter().filter(|(name, _)| name == word).map(|(_, bench)| *bench).collect(),
        _ => Vec::new(),
    };
    if chosen.is_empty() {
        return Err(Failure::new("`bench` takes one of its benches or nothing; see `cargo xtask bench --help`"));
    }
    let (steps, workspace) = (Steps::start(), Workspace::load()?);
    for bench in chosen {
        bench(&steps, &workspace)?;
    }
    eprintln!("[{:>6}] in all", steps.total());
    Ok(())
}

type Bench = fn(&Steps, &Workspace) -> Outcome;

const BENCHES: [(&str, Bench); 6] = [
    ("guard", bench::guard::run),
    ("growth", bench::guard::grow),
    ("page", bench::page::run),
    ("wasm", bench::wasm::run),
    ("portal", bench::portal::run),
    ("authorization-server", bench::authorization_server::run),
];

const HELP: &str = "\
Measure what the guards cost. Numbers mean something on a machine that does nothing else.

    cargo xtask bench            one guarded request beside bare axum and the peers
    cargo xtask bench growth     more permissions, organizations, sessions, threads
    cargo xtask bench page       a page with twenty gates beside the same page without
    cargo xtask bench wasm       what session, gates and switcher add to the browser's module
    cargo xtask bench portal     the portal over loopback, guarded and unguarded; open event streams
    cargo xtask bench authorization-server
                                 requests a second on one core, next to npm's oidc-provider
    cargo xtask bench all        all of them

Tables go to standard output, the same rows as JSON to target/bench.json and target/bench-NAME.json.
Instructions are counted where valgrind is installed.
";
