//! The portal's server, and what its operator does: see [`USAGE`].

use std::{path::PathBuf, process::ExitCode};

use mimalloc::MiMalloc;
use portal::server::{
    config::{self, Settings},
    initial_access_token, print_matrix, rotate_keys, run,
};
use tracing_subscriber::EnvFilter;

/// A busy server takes and gives back memory all the time; this one is quicker at it than the system's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const USAGE: &str = "\
usage: portal-server [--config FILE] [--addr ADDR] [COMMAND]

without a command: serves the portal
  matrix                         prints the access matrix
  initial-access-token [USES]    prints a token with which clients register themselves, within a day
  rotate-keys                    adds a signing key, which signs after a day";

/// What the command line asks for.
struct Asked {
    config: Option<PathBuf>,
    addr: Option<String>,
    command: Command,
}

#[derive(Clone, Copy)]
enum Command {
    Help,
    InitialAccessToken { uses: u32 },
    Matrix,
    RotateKeys,
    Serve,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match parse(std::env::args().skip(1)) {
        Ok(asked) => match obey(asked).await {
            Ok(exit) => exit,
            Err(error) => fail(error.as_ref()),
        },
        Err(unknown) => {
            complain(&format!("`{unknown}` is not understood\n{USAGE}"));
            ExitCode::from(2)
        }
    }
}

fn parse(arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let config = std::env::var_os("PORTCULLIS_CONFIG").map(PathBuf::from);
    let mut asked = Asked { config, addr: None, command: Command::Serve };
    let mut arguments = arguments.peekable();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => asked.command = Command::Help,
            "--config" => asked.config = Some(arguments.next().ok_or("--config")?.into()),
            "--addr" => asked.addr = Some(arguments.next().ok_or("--addr")?),
            "matrix" => asked.command = Command::Matrix,
            "rotate-keys" => asked.command = Command::RotateKeys,
            "initial-access-token" => {
                let uses = arguments.next_if(|next| next.parse::<u32>().is_ok_and(|uses| uses > 0));
                let uses = uses.and_then(|uses| uses.parse().ok()).unwrap_or(1);
                asked.command = Command::InitialAccessToken { uses };
            }
            _ => return Err(argument),
        }
    }
    Ok(asked)
}

async fn obey(asked: Asked) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let settings = || -> Result<Settings, _> { config::load(asked.config.as_deref(), asked.addr.clone()) };
    Ok(match asked.command {
        Command::Help => say(USAGE),
        Command::InitialAccessToken { uses } => say(initial_access_token(&settings()?, uses).await?.expose()),
        Command::Matrix => say(&print_matrix()),
        Command::RotateKeys => {
            rotate_keys(&settings()?).await?;
            ExitCode::SUCCESS
        }
        Command::Serve => {
            run(settings()?).await?;
            ExitCode::SUCCESS
        }
    })
}

fn say(text: &str) -> ExitCode {
    use std::io::Write;
    match writeln!(std::io::stdout(), "{}", text.trim_end()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// The error with everything below it, each on its line.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    let mut text = format!("the portal did not start: {error}");
    let mut below = error.source();
    while let Some(cause) = below {
        text.push_str(&format!("\n  because: {cause}"));
        below = cause.source();
    }
    complain(&text);
    ExitCode::FAILURE
}

fn complain(text: &str) {
    use std::io::Write;
    let _nobody_reads_it = writeln!(std::io::stderr(), "{text}");
}
