//! The portal under load: what its guard costs over loopback, and how soon open pages hear of a change.
//!
//! `portcullis-bench-portal loopback FILE` and `portcullis-bench-portal streams FILE` print a table and write the
//! same rows to the file. Both run on a SQLite file, and on PostgreSQL too where `PORTCULLIS_TEST_POSTGRES`
//! names a server. `cargo xtask bench portal` brings that server, and `wrk`.

mod database;
mod house;
mod loopback;
mod processor;
mod streams;
mod twin;
mod wrk;

use std::{error::Error, path::PathBuf, process::ExitCode};

/// A bench that cannot go on stops, and says why.
type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str = "usage: portcullis-bench-portal (loopback | streams) FILE";

/// That of the portal.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The runtime is the one that the portal's own program has.
#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["loopback", file] => loopback::run(&PathBuf::from(file)).await,
        ["streams", file] => streams::run(&PathBuf::from(file)).await,
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
