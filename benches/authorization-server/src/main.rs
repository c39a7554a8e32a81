//! The authorization server under load: requests a second on one core, next to npm's `oidc-provider`.
//!
//! `portcullis-bench-authorization-server run PEER FILE` prints a table and writes the same rows to the file; `PEER`
//! is the peer's `server.mjs`. Ours runs on a SQLite file, and on PostgreSQL too where `PORTCULLIS_TEST_POSTGRES`
//! names a server. `cargo xtask bench authorization-server` brings that server, and the peer.
//!
//! Every server is a process of its own, pinned to the first core; the load comes from the second one.
//! `portcullis-bench-authorization-server serve DATABASE` is ours.

mod address;
mod browser;
mod connection;
mod contender;
mod database;
mod load;
mod measure;
mod operation;
mod processor;
mod serve;

use std::{error::Error, path::Path, process::ExitCode};

use tokio::runtime::Builder;

/// That of the portal.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A bench that cannot go on stops, and says why.
type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str = "usage: portcullis-bench-authorization-server (run PEER FILE | serve DATABASE)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["run", peer, file] => run(Path::new(peer), Path::new(file)),
        ["serve", database] => serve(database),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// One thread makes the load, so that it stays on its core.
fn run(peer: &Path, file: &Path) -> Outcome {
    processor::pin_this_process()?;
    Builder::new_current_thread().enable_all().build()?.block_on(measure::run(peer, file))
}

/// The runtime is the one that the portal's own program has.
fn serve(database: &str) -> Outcome {
    Builder::new_multi_thread().enable_all().build()?.block_on(serve::run(database))
}
