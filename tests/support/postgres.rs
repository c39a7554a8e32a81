//! A PostgreSQL database of its own for each test that asks.

use std::env;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Makes an empty database on the server that `PORTCULLIS_TEST_POSTGRES` names, and gives its URL.
///
/// `None` where no server is named: `cargo xtask test` always starts one, plain `cargo test` need not.
///
/// # Panics
/// When the server does not answer.
pub async fn fresh_database() -> Option<String> {
    let server = env::var("PORTCULLIS_TEST_POSTGRES").ok()?;
    let server = server.trim_end_matches('/');
    let name = format!("test_{:032x}", rand::random::<u128>());
    let mut connection =
        PgConnection::connect(&format!("{server}/postgres")).await.expect("the test's PostgreSQL answers");
    // The name is made of letters and digits above; a database's name cannot be a parameter.
    let statement = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(statement).execute(&mut connection).await.expect("the test's PostgreSQL makes databases");
    connection.close().await.expect("the connection ends");
    Some(format!("{server}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_caller_gets_a_database_of_its_own() {
        let (Some(one), Some(other)) = (fresh_database().await, fresh_database().await) else { return };
        assert_ne!(one, other);
        PgConnection::connect(&one).await.unwrap();
    }
}
