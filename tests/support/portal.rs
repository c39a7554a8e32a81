//! The example portal as a program of its own, on a free port, in a folder of its own.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::process::OwnedProcess;
use crate::temp_dir::TempDir;

/// How a portal is to be started; the default is SQLite, the demo's people, a free port.
#[derive(Clone, Debug)]
pub struct PortalOptions {
    config: Option<String>,
    database: Option<String>,
    demo: bool,
    port: u16,
    variables: Vec<(String, String)>,
}

impl Default for PortalOptions {
    fn default() -> Self {
        Self { config: None, database: None, demo: true, port: 0, variables: Vec::new() }
    }
}

impl PortalOptions {
    /// Listens at this port; needed where a peer has to know the address before.
    #[must_use]
    pub fn at_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Adds settings, as the text of a configuration file.
    #[must_use]
    pub fn with_config(mut self, toml: &str) -> Self {
        self.config = Some(toml.to_owned());
        self
    }

    /// Uses this database, as [`fresh_database`](crate::fresh_database) gives one.
    #[must_use]
    pub fn with_database(mut self, url: &str) -> Self {
        self.database = Some(url.to_owned());
        self
    }

    /// Sets a variable, such as `PORTCULLIS__SERVER__PUBLIC_URL`.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts with an empty database.
    #[must_use]
    pub fn without_demo(mut self) -> Self {
        self.demo = false;
        self
    }
}

/// A running portal; killed when dropped.
#[derive(Debug)]
pub struct Portal {
    options: PortalOptions,
    secret: String,
    base: String,
    process: Option<OwnedProcess>,
    folder: TempDir,
}

impl Portal {
    /// Starts one and waits until it listens.
    ///
    /// # Panics
    /// When it does not start; the message holds its log.
    #[must_use]
    pub fn start(options: PortalOptions) -> Self {
        let secret = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let folder = TempDir::new("portal");
        let mut portal = Self { options, secret, base: String::new(), process: None, folder };
        portal.spawn();
        portal
    }

    /// Its origin, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The URL of its database, for a look inside.
    #[must_use]
    pub fn database_url(&self) -> String {
        let file = || format!("sqlite://{}?mode=rwc", self.folder.path().join("portal.db").display());
        self.options.database.clone().unwrap_or_else(file)
    }

    /// The file of the key that seals what its database holds, where that is SQLite.
    #[must_use]
    pub fn sealing_key_file(&self) -> PathBuf {
        self.folder.path().join("portal.key")
    }

    /// What it logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Ends it as an administrator would (SIGTERM).
    ///
    /// # Panics
    /// When it does not end soon, or with another status than 0.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let status = process.terminate(PATIENCE);
            assert!(status.success(), "the portal ended with {status}; its log:\n{}", process.log());
        }
    }

    /// Ends it in the middle of whatever it does (SIGKILL).
    pub fn kill_hard(&mut self) {
        self.process = None;
    }

    /// Starts it again at the same address on the same database, after stopping it if it runs.
    ///
    /// # Panics
    /// When it does not stop or start.
    pub fn restart(&mut self) {
        self.stop();
        self.spawn();
    }

    /// Runs a command of the program with this portal's configuration, as its operator does, and gives what it prints.
    ///
    /// # Panics
    /// When the command fails; the message holds what it says.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().expect("the program starts");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("what it prints is text").trim_end().to_owned()
    }

    /// The access matrix, as this program recorded it.
    ///
    /// # Panics
    /// When the program does not print it.
    #[must_use]
    pub fn print_matrix(&self) -> String {
        let output = Command::new(server_program()).arg("matrix").output().expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("the matrix is text")
    }

    /// Starts one that must refuse to run, and gives what it says.
    ///
    /// # Panics
    /// When it runs all the same, or ends as if nothing were wrong.
    #[must_use]
    pub fn refuse(options: PortalOptions) -> String {
        let folder = TempDir::new("portal");
        let portal = Self { options, secret: String::new(), base: String::new(), process: None, folder };
        let mut process = OwnedProcess::spawn("the portal", &mut portal.command(), &portal.log_file());
        let status = process.wait(PATIENCE);
        assert!(!status.success(), "it ended with {status}; its log:\n{}", process.log());
        process.log()
    }

    fn spawn(&mut self) {
        let mut command = self.command();
        let process = OwnedProcess::spawn("the portal", &mut command, &self.log_file());
        self.base = process.wait_for_line("listening on ", PATIENCE).trim().trim_end_matches('/').to_owned();
        self.process = Some(process);
        // The address stays the same over a restart, so that visitors and cookies stay valid.
        let port = self.base.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        self.options.port = port.expect("the portal prints its port");
    }

    fn command(&self) -> Command {
        let mut command = Command::new(server_program());
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PORTCULLIS__")) {
            command.env_remove(name);
        }
        command
            .current_dir(self.folder.path())
            .env_remove("PORTCULLIS_CONFIG")
            .env("PORTCULLIS__SERVER__ADDR", format!("127.0.0.1:{}", self.options.port))
            .env("PORTCULLIS__SERVER__SITE_ROOT", site_root())
            .env("PORTCULLIS__DATABASE__URL", self.database_url())
            .env("PORTCULLIS__SEED__DEMO", self.options.demo.to_string());
        if self.options.database.is_some() && !self.secret.is_empty() {
            command.env("PORTCULLIS__SECRETS__KEY", &self.secret);
        }
        if let Some(config) = &self.options.config {
            let file = self.folder.path().join("portal.toml");
            fs::write(&file, config).expect("the folder can be written");
            command.arg("--config").arg(file);
        }
        command.envs(self.options.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("portal.log")
    }
}

/// The portal's program: as `cargo xtask test` says, or beside the test's own.
fn server_program() -> PathBuf {
    let program = env::var_os("PORTAL_SERVER").map_or_else(|| build_folder().join("portal-server"), PathBuf::from);
    assert!(
        program.is_file(),
        "there is no {}; run `cargo xtask test`, or `cargo build --workspace --bin portal-server` first",
        program.display()
    );
    program
}

/// What the browser loads: as `cargo xtask test` says, or where it puts it.
fn site_root() -> PathBuf {
    env::var_os("PORTAL_SITE").map_or_else(|| build_folder().with_file_name("site"), PathBuf::from)
}

/// `target/debug`, of which a test's program lies in `deps`.
fn build_folder() -> PathBuf {
    let own = env::current_exe().expect("a program knows its path");
    own.ancestors().nth(2).expect("a test lies in target/debug/deps").to_owned()
}

const PATIENCE: Duration = Duration::from_secs(30);
