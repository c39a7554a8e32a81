//! Orders: what was bought, and how far it has come.

use portcullis_core::OrgContext;
use serde::Serialize;
use sqlx::{AnyPool, FromRow, Row, any::AnyRow};

use super::{DataError, Filter, ListQuery, Listed, Listing, Sort, listing, word::words};

/// An order of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Order {
    /// Its id.
    pub id: String,
    /// Its number, as people quote it.
    pub number: String,
    /// What was ordered.
    pub item: String,
    /// How many.
    pub quantity: i64,
    /// What they cost together, in the smallest unit of the currency.
    pub total_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// How far it has come.
    pub state: OrderState,
    /// The day it was placed.
    pub ordered_on: String,
}

words! {
    /// How far an order has come.
    OrderState {
        /// The supplier has it.
        Placed = "placed",
        /// On its way.
        Shipped = "shipped",
        /// Here.
        Delivered = "delivered",
        /// Sent back.
        Returned = "returned",
    }
}

/// The orders of the portal; every function answers for one organization.
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    pool: &'a AnyPool,
}

impl<'a> Orders<'a> {
    pub(crate) const fn of(pool: &'a AnyPool) -> Self {
        Self { pool }
    }

    /// A page of orders.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn list(&self, org: &OrgContext, query: &ListQuery<Order>) -> Result<Listing<Order>, DataError> {
        listing::list(self.pool, org, &[], query).await
    }
}

impl Listed for Order {
    const SOURCE: &'static str = "orders";
    const COLUMNS: &'static str = "id, number, item, quantity, total_minor, currency, state, ordered_on";
    const SORTS: &'static [Sort] = &[
        Sort::column("number"),
        Sort::column("item"),
        Sort::column("quantity"),
        Sort::column("total_minor"),
        Sort::column("currency"),
        Sort::column("state"),
        Sort::column("ordered_on"),
    ];
    const DEFAULT_SORT: &'static str = "-ordered_on";
    const SEARCHED: &'static [&'static str] = &["number", "item"];
    const FILTERS: &'static [Filter] =
        &[Filter::OneOf("state", OrderState::WORDS), Filter::Currency, Filter::Days("ordered_on")];
}

impl FromRow<'_, AnyRow> for Order {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            number: row.try_get("number")?,
            item: row.try_get("item")?,
            quantity: row.try_get("quantity")?,
            total_minor: row.try_get("total_minor")?,
            currency: row.try_get("currency")?,
            state: row.try_get("state")?,
            ordered_on: row.try_get("ordered_on")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixture::Fixture, *};

    #[tokio::test]
    async fn filters_by_days_currency_and_state() {
        let fixture = Fixture::seeded().await;
        let (from, to) = ((fixture.today - time::Duration::days(90)).to_string(), fixture.today.to_string());
        let query = fixture.query(&[("from", &from), ("to", &to), ("currency", "EUR"), ("state", "delivered")]);
        let listed = fixture.business.orders().list(&fixture.acme, &query).await.unwrap();
        assert!(listed.total > 0);
        for order in listed.data {
            assert!(order.ordered_on >= from && order.ordered_on <= to);
            assert_eq!((order.currency.as_str(), order.state), ("EUR", OrderState::Delivered));
        }
    }
}
