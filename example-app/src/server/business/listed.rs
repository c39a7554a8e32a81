//! What a resource lets a caller sort, search and filter by.

use sqlx::{FromRow, any::AnyRow};

/// A row type that can be listed: where its rows lie and which questions may be asked of them.
///
/// Every text here is SQL of the program; a [`ListQuery`](super::ListQuery) can only choose among them.
pub trait Listed: for<'r> FromRow<'r, AnyRow> + Send + Unpin + Sized {
    /// The table, or a subquery that stands for one; it has the columns `org_id` and `id`.
    const SOURCE: &'static str;
    /// The columns that a row is read from.
    const COLUMNS: &'static str;
    /// The orders on offer.
    const SORTS: &'static [Sort];
    /// The order when none is asked for, as `sort` would say it.
    const DEFAULT_SORT: &'static str;
    /// The columns that `q` looks into.
    const SEARCHED: &'static [&'static str];
    /// The filters on offer.
    const FILTERS: &'static [Filter];
}

/// An order on offer.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    /// What a caller says.
    pub name: &'static str,
    /// The SQL it stands for.
    pub sql: &'static str,
}

impl Sort {
    /// Sorts by the column of the same name.
    #[must_use]
    pub const fn column(name: &'static str) -> Self {
        Self { name, sql: name }
    }
}

/// A filter on offer.
#[derive(Clone, Copy, Debug)]
pub enum Filter {
    /// `currency=EUR` on the column `currency`.
    Currency,
    /// `from=` and `to=`, both days included, on this column.
    Days(&'static str),
    /// `name=word` on the column of that name, one of these words.
    OneOf(&'static str, &'static [&'static str]),
    /// `name=text` on the column of that name, exactly.
    Text(&'static str),
}
