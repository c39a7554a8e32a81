//! SQL put together from program text and bound values, never from input.

use sqlx::{Any, AssertSqlSafe, any::AnyArguments, query::Query};

/// A statement under construction.
///
/// # Security
/// [`Statement::sql`] takes only text of the program (`&'static str`); what came from outside goes
/// through [`Statement::bind`] or [`Statement::keeping`] and reaches the database as a value.
#[derive(Debug, Default)]
pub(crate) struct Statement {
    sql: String,
    values: Vec<Value>,
}

/// A value on its way to the database.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Number(i64),
    Text(Option<String>),
}

impl Statement {
    /// A statement whose first values, `$1` and so on, are known before its text.
    pub(crate) fn keeping<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Self {
        Self { sql: String::new(), values: values.into_iter().map(Into::into).collect() }
    }

    /// Appends program text.
    pub(crate) fn sql(&mut self, text: &'static str) -> &mut Self {
        self.sql.push_str(text);
        self
    }

    /// Appends the next placeholder and keeps its value.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }

    /// The finished statement.
    pub(crate) fn finish(self) -> Query<'static, Any, AnyArguments> {
        self.values.into_iter().fold(sqlx::query(AssertSqlSafe(self.sql)), |query, value| match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
        })
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}
