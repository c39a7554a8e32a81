//! The portal's server: `portal-server [--config FILE] [--addr ADDR] [matrix]`.

use std::{path::PathBuf, process::ExitCode};

use portal::server::{config, print_matrix, run};
use tracing_subscriber::EnvFilter;

const USAGE: &str = "usage: portal-server [--config FILE] [--addr ADDR]\n       portal-server matrix";

/// What the command line asks for.
enum Command {
    Help,
    Matrix,
    Serve { config: Option<PathBuf>, addr: Option<String> },
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match parse(std::env::args().skip(1)) {
        Ok(Command::Help) => say(USAGE),
        Ok(Command::Matrix) => say(&print_matrix()),
        Ok(Command::Serve { config, addr }) => match serve(config, addr).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error.as_ref()),
        },
        Err(unknown) => {
            complain(&format!("`{unknown}` is not understood\n{USAGE}"));
            ExitCode::from(2)
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let (mut config, mut addr) = (std::env::var_os("PORTCULLIS_CONFIG").map(PathBuf::from), None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "matrix" => return Ok(Command::Matrix),
            "--help" | "-h" => return Ok(Command::Help),
            "--config" => config = Some(arguments.next().ok_or("--config")?.into()),
            "--addr" => addr = Some(arguments.next().ok_or("--addr")?),
            _ => return Err(argument),
        }
    }
    Ok(Command::Serve { config, addr })
}

async fn serve(file: Option<PathBuf>, addr: Option<String>) -> Result<(), Box<dyn std::error::Error>> {
    Ok(run(config::load(file.as_deref(), addr)?).await?)
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
