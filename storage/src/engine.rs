//! Which of the two databases it is, and the few words in which they differ.

use crate::ConnectError;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    PostgreSql,
    Sqlite,
}

impl Engine {
    pub(crate) fn of_url(url: &str) -> Result<Self, ConnectError> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme {
            "postgres" | "postgresql" => Ok(Self::PostgreSql),
            "sqlite" => Ok(Self::Sqlite),
            other => Err(ConnectError::Scheme(other.to_owned())),
        }
    }

    /// How a transaction begins that will write. A SQLite transaction that reads first and then
    /// wants to write fails when another one wrote in between, so ours are writers from the start.
    pub(crate) const fn begin_write(self) -> &'static str {
        match self {
            Self::PostgreSql => "BEGIN",
            Self::Sqlite => "BEGIN IMMEDIATE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses() {
        assert_eq!(Engine::of_url("sqlite::memory:").unwrap(), Engine::Sqlite);
        assert_eq!(Engine::of_url("postgresql://localhost/portal").unwrap(), Engine::PostgreSql);
        let error = Engine::of_url("mysql://root:secret@localhost").unwrap_err().to_string();
        assert!(error.contains("`mysql`") && !error.contains("secret"), "{error}");
    }
}
