//! An empty database for our server: a SQLite file, or a database on a PostgreSQL server.

use std::{env, fs, path::PathBuf};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use crate::Outcome;

/// Where our server keeps its rows; what it leaves behind goes with this.
#[derive(Debug)]
pub(crate) struct Empty {
    /// How the table calls it.
    pub(crate) name: &'static str,
    /// What the server is told.
    pub(crate) url: String,
    folder: Option<PathBuf>,
}

impl Empty {
    /// One of each kind that there is.
    pub(crate) async fn of_each_kind() -> Outcome<Vec<Self>> {
        let mut all = vec![Self::sqlite()?];
        match env::var("PORTCULLIS_TEST_POSTGRES") {
            Ok(server) => all.push(Self::postgresql(&server).await?),
            Err(_) => eprintln!("PORTCULLIS_TEST_POSTGRES names no server: SQLite alone"),
        }
        Ok(all)
    }

    fn sqlite() -> Outcome<Self> {
        let folder = env::temp_dir().join(format!("portcullis-bench-{}", Uuid::now_v7()));
        fs::create_dir_all(&folder)?;
        let url = format!("sqlite://{}?mode=rwc", folder.join("server.db").display());
        Ok(Self { name: "SQLite", url, folder: Some(folder) })
    }

    async fn postgresql(server: &str) -> Outcome<Self> {
        let server = server.trim_end_matches('/');
        let name = format!("bench_{}", Uuid::now_v7().simple());
        let mut connection = PgConnection::connect(&format!("{server}/postgres")).await?;
        // The name is made of letters and digits above; a database's name cannot be a parameter.
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
        connection.close().await?;
        Ok(Self { name: "PostgreSQL", url: format!("{server}/{name}"), folder: None })
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _left_behind = fs::remove_dir_all(folder);
        }
    }
}
