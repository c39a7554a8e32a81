//! A statement for many rows, which come as one JSON array: the same text for both databases but for one word.

use crate::engine::Engine;

/// A statement in the words of both databases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    pub(crate) postgres: &'static str,
    pub(crate) sqlite: &'static str,
}

/// The rows of a statement on SQLite.
macro_rules! sqlite_rows {
    () => {
        "json_each($1) AS asked"
    };
}

/// Writes a statement around its rows, which it reads as `asked.value ->> 0`, `->> 1` and so on.
macro_rules! for_rows {
    ([$($before:tt)*], $after:literal) => {
        $crate::together::statement::Statement {
            postgres: concat!($($before)*, "jsonb_array_elements($1::jsonb) AS asked", $after),
            sqlite: concat!($($before)*, $crate::together::statement::sqlite_rows!(), $after),
        }
    };
    ($before:literal, $after:literal) => {
        for_rows!([$before], $after)
    };
}

pub(crate) use for_rows;

/// Writes a statement that is a transaction by itself, for PostgreSQL, whose statements may hold others that write: one
/// way to the server and back instead of five. Its rows are `asked`.
///
/// A set that it made before is asked by `(… IN (SELECT …)) IS TRUE`: without the last words PostgreSQL may begin with
/// the set, and walk through all that a family ever had.
macro_rules! at_once {
    ($($text:tt)*) => {
        concat!(
            "WITH asked AS MATERIALIZED (SELECT rows.value FROM jsonb_array_elements($1::jsonb) AS rows), ",
            $($text)*
        )
    };
}

pub(crate) use {at_once, sqlite_rows};

impl Statement {
    pub(crate) const fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::PostgreSql => self.postgres,
            Engine::Sqlite => self.sqlite,
        }
    }
}
