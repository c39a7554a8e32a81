//! A PostgreSQL server of our own for the tests: temporary, on a free port, gone when we are.

use std::env;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Outcome, While};
use crate::shell;

/// A running server. Dropping it stops the server and removes its folder.
///
/// A small shell script stands between us and the server: it holds the reading end of a pipe, and
/// when the pipe closes, because we are done or because somebody killed us, it ends the server and
/// the tests that still run.
pub(crate) struct Postgres {
    guardian: Child,
    port: u16,
}

impl Postgres {
    pub(crate) fn start() -> Outcome<Self> {
        let programs =
            programs().ok_or_else(|| Failure::new("PostgreSQL is missing; run `apt-get install postgresql`"))?;
        let folder = env::temp_dir().join(format!("portcullis-postgres-{}", std::process::id()));
        fs::create_dir_all(&folder).or_fail(|| format!("cannot make {}", folder.display()))?;
        let started = Self::start_in(&folder, &programs);
        if started.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    fn start_in(folder: &Path, programs: &Path) -> Outcome<Self> {
        let data = folder.join("data");
        let log = folder.join("log");
        if shell::is_root() {
            shell::run(Command::new("chown").arg("postgres:").arg(folder), "is there a user `postgres`?")?;
        }
        shell::read(
            as_unprivileged(&programs.join("initdb"))
                .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "--no-sync"])
                .arg(&data)
                .current_dir(folder),
            "its message stands above",
        )?;

        let port = free_port()?;
        let server = as_unprivileged(&programs.join("postgres"));
        let guardian = Command::new("sh")
            .args(["-c", GUARDIAN, "guardian"])
            .arg(folder)
            .arg(server.get_program())
            .args(server.get_args())
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", &format!("port={port}")])
            .args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"])
            .args(["-c", "max_connections=300", "-c", "shared_buffers=64MB"])
            .current_dir(folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .or_fail(|| "cannot start `sh`".to_owned())?;

        let postgres = Self { guardian, port };
        postgres.wait_until_ready(&programs.join("pg_isready"), &log)?;
        Ok(postgres)
    }

    fn wait_until_ready(&self, pg_isready: &Path, log: &Path) -> Outcome {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let port = self.port.to_string();
            if shell::succeeds(Command::new(pg_isready).args(["--host", "127.0.0.1", "--port", &port])) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(log).unwrap_or_default();
        Err(Failure::new(format!("PostgreSQL did not get ready in {PATIENCE:?}; its log:\n{log}")))
    }

    /// Where it listens, without the name of a database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/", self.port)
    }

    /// Runs a program that ends, with all it started, when we end.
    pub(crate) fn run_guarded(&mut self, command: &mut Command) -> Outcome {
        let mut child = command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .or_fail(|| format!("cannot start {}", shell::shown(command)))?;
        self.guard(&child.id().to_string());
        let status = child.wait().or_fail(|| format!("cannot wait for {}", shell::shown(command)))?;
        self.guard("");
        if status.success() {
            Ok(())
        } else {
            Err(Failure::new(format!("{} ended with {status}; what failed stands above", shell::shown(command))))
        }
    }

    fn guard(&mut self, process_group: &str) {
        if let Some(pipe) = &mut self.guardian.stdin {
            let _ = writeln!(pipe, "{process_group}");
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        let _ = self.guardian.wait();
    }
}

/// The folder of PostgreSQL's programs; Debian keeps the server out of the search path.
pub(crate) fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path())
        .filter(|path| path.join("bin/postgres").is_file())
        .max_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    match newest {
        Some(path) => Some(path.join("bin")),
        None => Some(shell::find("postgres")?.parent()?.to_owned()),
    }
}

/// PostgreSQL refuses the superuser, so there it runs as the user that its package made.
fn as_unprivileged(program: &Path) -> Command {
    if !shell::is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    command
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).or_fail(|| "cannot open a port".to_owned())?;
    Ok(listener.local_addr().or_fail(|| "cannot open a port".to_owned())?.port())
}

/// Reads process groups to guard until the pipe closes, then ends the guarded one and the server.
const GUARDIAN: &str = r#"
folder=$1; shift
"$@" >"$folder/log" 2>&1 &
server=$!
guarded=
while read -r group; do guarded=$group; done
if [ -n "$guarded" ]; then kill -TERM "-$guarded" 2>/dev/null; fi
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

const PATIENCE: Duration = Duration::from_secs(30);
