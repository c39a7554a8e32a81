//! `cargo xtask serve`: from a clean clone to a running portal.

use std::env;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use crate::build;
use crate::failure::{Failure, Outcome, While};
use crate::setup;
use crate::shell;
use crate::steps::Steps;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let Some(options) = Options::parse(arguments)? else {
        print!("{HELP}");
        return Ok(());
    };
    let steps = Steps::start();
    let workspace = Workspace::load()?;
    steps.run("C compiler", setup::c_compiler::ensure)?;
    steps.run("WebAssembly target", setup::wasm_target::ensure)?;
    build::portal(&steps, &workspace)?;
    eprintln!("[{:>6}] starting the portal; Ctrl-C ends it", steps.total());
    become_portal(&workspace, options)
}

/// Replaces this program by the portal, so that signals reach it and its exit status is ours.
fn become_portal(workspace: &Workspace, options: Options) -> Outcome {
    let mut portal = Command::new(workspace.server());
    portal.current_dir(&workspace.root);
    default_variable(&mut portal, "PORTCULLIS__SEED__DEMO", "true");
    default_variable(&mut portal, "PORTCULLIS__SERVER__SITE_ROOT", &workspace.site().to_string_lossy());
    if let Some(addr) = options.addr {
        portal.env("PORTCULLIS__SERVER__ADDR", addr);
    }
    if let Some(config) = options.config {
        portal.arg("--config").arg(config);
    }
    let error = portal.exec();
    Err(Failure::new(format!("cannot start {}: {error}", shell::shown(&portal))))
}

/// Sets a variable unless the caller did.
fn default_variable(command: &mut Command, name: &str, value: &str) {
    if env::var_os(name).is_none() {
        command.env(name, value);
    }
}

#[derive(Default)]
struct Options {
    addr: Option<String>,
    config: Option<PathBuf>,
}

impl Options {
    /// `None` where help was asked for.
    fn parse(arguments: &[String]) -> Outcome<Option<Self>> {
        let mut options = Self::default();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let (name, mut value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let mut value = || {
                value
                    .take()
                    .or_else(|| words.next().cloned())
                    .ok_or_else(|| Failure::new(format!("`{name}` needs a value")))
            };
            match name {
                "--addr" => options.addr = Some(value()?),
                "--config" => {
                    let file = value()?;
                    options.config = Some(std::path::absolute(&file).or_fail(|| format!("cannot find `{file}`"))?);
                }
                "-h" | "--help" => return Ok(None),
                unknown => {
                    return Err(Failure::new(format!(
                        "`serve` knows no `{unknown}`; `cargo xtask serve --help` lists all"
                    )));
                }
            }
        }
        Ok(Some(options))
    }
}

const HELP: &str = "\
Set up what is missing, build the portal, run it with the demo's people and organizations.

    cargo xtask serve [--addr ADDR] [--config FILE]

    --addr ADDR      listen at ADDR instead of 127.0.0.1:3000; port 0 picks a free one
    --config FILE    a TOML file of settings

Each setting can be given as a variable too: PORTCULLIS__SEED__DEMO=false runs without the demo.
The last line of the start, on standard output, is `listening on http://ADDR`.
";
