//! A program that a test started: its lines, its log, its end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// A running program; killed when dropped.
#[derive(Debug)]
pub struct OwnedProcess {
    name: String,
    child: Child,
    lines: Mutex<Receiver<String>>,
    log: PathBuf,
}

impl OwnedProcess {
    /// Starts it; what it writes to standard error goes to the file `log`.
    ///
    /// # Panics
    /// Where it cannot be started.
    #[must_use]
    pub fn spawn(name: &str, command: &mut Command, log: &Path) -> Self {
        let stderr = File::options().create(true).append(true).open(log).expect("the log can be written");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name} ({command:?}): {error}"));

        let (sender, lines) = mpsc::channel();
        let stdout = child.stdout.take().expect("standard output is a pipe");
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // A test that no longer listens must not stop the program by a full pipe.
                let _ = sender.send(line);
            }
        });
        Self { name: name.to_owned(), child, lines: Mutex::new(lines), log: log.to_owned() }
    }

    /// Waits for a line on standard output that begins with `prefix`, and gives what follows.
    ///
    /// # Panics
    /// When the program ends, or `patience` runs out, before the line came; the message holds the log.
    pub fn wait_for_line(&self, prefix: &str, patience: Duration) -> String {
        let deadline = Instant::now() + patience;
        let lines = self.lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(prefix) {
                        return rest.to_owned();
                    }
                }
                Err(why) => {
                    panic!(
                        "{} did not print `{prefix}…` within {patience:?} ({why}); its log:\n{}",
                        self.name,
                        self.log()
                    )
                }
            }
        }
    }

    /// Asks it to end (SIGTERM) and waits for that.
    ///
    /// # Panics
    /// When it has not ended after `patience`; the message holds the log.
    pub fn terminate(&mut self, patience: Duration) -> ExitStatus {
        send_signal("TERM", self.child.id());
        self.wait(patience)
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    /// When it has not ended after `patience`; the message holds the log.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours can be waited for") {
                return status;
            }
            let log = self.log();
            assert!(Instant::now() < deadline, "{} did not end within {patience:?}; its log:\n{log}", self.name);
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it at once (SIGKILL), without any chance to tidy up.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Whether it has not ended.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote to standard error so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for OwnedProcess {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!("--- log of {} ---\n{}---", self.name, self.log());
        }
    }
}

/// Sends a signal by its name; a process that is gone already is passed by.
pub(crate) fn send_signal(name: &str, process: u32) {
    // The shell's own `kill`: a slim system has no program of that name.
    let _ = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).stderr(Stdio::null()).status();
}
