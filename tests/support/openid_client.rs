//! A relying party and OAuth client written by others (npm `openid-client`), as a program of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::process::OwnedProcess;
use crate::temp_dir::TempDir;

/// A running client. Its steps are listed in `tests/peers/openid-client/client.mjs`.
#[derive(Debug)]
pub struct OpenIdClient {
    base: String,
    http: reqwest::Client,
    _process: OwnedProcess,
    _folder: TempDir,
}

impl OpenIdClient {
    /// Starts one that knows nothing yet.
    ///
    /// # Panics
    /// When it does not start; the message holds its log.
    #[must_use]
    pub fn start() -> Self {
        let folder = TempDir::new("openid-client");
        let mut command = Command::new("node");
        command.arg(program()).current_dir(folder.path());
        let process = OwnedProcess::spawn("openid-client", &mut command, &folder.path().join("log"));
        let base = process.wait_for_line("listening on ", PATIENCE);
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
        Self { base, http: http.expect("an HTTP client can be built"), _process: process, _folder: folder }
    }

    /// Takes a step that has to succeed, and gives what it brought.
    ///
    /// # Panics
    /// When the library is not content; the message holds what it said.
    pub async fn step(&self, step: &str, how: &Value) -> Value {
        self.try_step(step, how).await.unwrap_or_else(|refused| panic!("openid-client cannot {step}: {refused}"))
    }

    /// Takes a step that may fail.
    ///
    /// # Errors
    /// What the library said: `{"error", "message", "code", "oauth": {"error", …}}`.
    ///
    /// # Panics
    /// When the program does not answer.
    pub async fn try_step(&self, step: &str, how: &Value) -> Result<Value, Value> {
        let response = self.http.post(format!("{}/{step}", self.base)).json(how).send().await;
        let response = response.expect("the client answers");
        let went_well = response.status().is_success();
        let body = response.json().await.expect("the client answers in JSON");
        if went_well { Ok(body) } else { Err(body) }
    }
}

/// Our script, beside what npm installed.
fn program() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/openid-client");
    assert!(
        folder.join("node_modules").is_dir(),
        "the peer is not installed; run `cargo xtask test`, or `npm ci` in {}",
        folder.display()
    );
    folder.join("client.mjs")
}

const PATIENCE: Duration = Duration::from_secs(60);
