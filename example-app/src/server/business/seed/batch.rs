//! Many rows of one table, inserted a chunk a statement.

use sqlx::{Any, Transaction};

use super::super::statement::{Statement, Value};

/// Rows on their way into a table.
#[derive(Debug)]
pub(super) struct Batch {
    into: &'static str,
    rows: Vec<Vec<Value>>,
}

impl Batch {
    /// Rows for `into`: a table and its columns, as SQL names them.
    pub(super) const fn new(into: &'static str) -> Self {
        Self { into, rows: Vec::new() }
    }

    pub(super) fn push<const COLUMNS: usize>(&mut self, row: [Value; COLUMNS]) {
        self.rows.push(row.into());
    }

    pub(super) async fn insert(self, work: &mut Transaction<'_, Any>) -> Result<(), sqlx::Error> {
        for chunk in self.rows.chunks(CHUNK) {
            let mut statement = Statement::default();
            statement.sql("INSERT INTO ").sql(self.into).sql(" VALUES ");
            for (position, row) in chunk.iter().enumerate() {
                statement.sql(if position == 0 { "(" } else { ", (" });
                for (column, value) in row.iter().enumerate() {
                    statement.sql(if column == 0 { "" } else { ", " }).bind(value.clone());
                }
                statement.sql(")");
            }
            statement.finish().execute(&mut **work).await?;
        }
        Ok(())
    }
}

/// Well within what both databases take as parameters of a statement.
const CHUNK: usize = 50;
