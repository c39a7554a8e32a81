//! One page of rows, and the two reads that every resource shares.

use portcullis_core::OrgContext;
use serde::Serialize;
use sqlx::{AnyPool, Row};

use super::{DataError, ListQuery, Listed, key, statement::Statement};

/// One page of a list, and how many rows there are in all.
#[derive(Clone, Debug, Serialize)]
pub struct Listing<T> {
    /// The rows of this page.
    pub data: Vec<T>,
    /// Which page, from 1.
    pub page: u32,
    /// How many rows a page has.
    pub per_page: u32,
    /// How many rows match, on all pages.
    pub total: i64,
}

/// The rows that `query` asks for. `further` values follow the organization: `$2` and on, in [`Listed::SOURCE`].
pub(crate) async fn list<T: Listed>(
    pool: &AnyPool,
    org: &OrgContext,
    further: &[String],
    query: &ListQuery<T>,
) -> Result<Listing<T>, DataError> {
    let mut count = scoped::<T>("COUNT(*)", org, further);
    query.filter(&mut count);
    let total = count.finish().fetch_one(pool).await?.try_get(0)?;

    let mut page = scoped::<T>(T::COLUMNS, org, further);
    query.filter(&mut page);
    query.window(&mut page);
    let rows = page.finish().fetch_all(pool).await?;
    let data = rows.iter().map(T::from_row).collect::<Result<_, _>>()?;

    Ok(Listing { data, page: query.page(), per_page: query.per_page(), total })
}

/// The row of this id, if it is one of the organization's.
pub(crate) async fn find<T: Listed>(pool: &AnyPool, org: &OrgContext, id: &str) -> Result<T, DataError> {
    let id = key::row(id)?;
    let mut statement = scoped::<T>(T::COLUMNS, org, &[]);
    statement.sql(" AND id = ").bind(id);
    let row = statement.finish().fetch_optional(pool).await?.ok_or(DataError::NotFound)?;
    Ok(T::from_row(&row)?)
}

fn scoped<T: Listed>(columns: &'static str, org: &OrgContext, further: &[String]) -> Statement {
    let kept = std::iter::once(key::organization(org)).chain(further.iter().cloned());
    let mut statement = Statement::keeping(kept);
    statement.sql("SELECT ").sql(columns).sql(" FROM ").sql(T::SOURCE).sql(" WHERE org_id = $1");
    statement
}
