//! Services: subscriptions with a day of renewal.

use portcullis_core::OrgContext;
use serde::Serialize;
use sqlx::{AnyPool, FromRow, Row, any::AnyRow};
use time::Date;

use super::{DataError, Filter, ListQuery, Listed, Listing, Sort, date, key, listing, word::words};

/// A service that the organization subscribes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of service.
    pub category: String,
    /// Where it stands.
    pub state: ServiceState,
    /// What a year costs, in the smallest unit of the currency.
    pub price_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// The day it renews or ends.
    pub renews_on: String,
    /// How much of what is paid for is used.
    pub usage_percent: i64,
}

words! {
    /// Where a service stands.
    ServiceState {
        /// In use.
        Active = "active",
        /// In use, and to be renewed within a month.
        Expiring = "expiring",
        /// Past its day.
        Expired = "expired",
        /// Ordered and not yet there.
        Pending = "pending",
    }
}

/// The services of the portal; every function answers for one organization.
#[derive(Clone, Copy, Debug)]
pub struct Services<'a> {
    pool: &'a AnyPool,
}

impl<'a> Services<'a> {
    pub(crate) const fn of(pool: &'a AnyPool) -> Self {
        Self { pool }
    }

    /// A page of services.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn list(&self, org: &OrgContext, query: &ListQuery<Service>) -> Result<Listing<Service>, DataError> {
        listing::list(self.pool, org, &[], query).await
    }

    /// One service.
    ///
    /// # Errors
    /// [`DataError::NotFound`] for an id that this organization has not; when the store cannot answer.
    pub async fn find(&self, org: &OrgContext, id: &str) -> Result<Service, DataError> {
        listing::find(self.pool, org, id).await
    }

    /// Renews a service for a year: from its day, or from today if that has passed.
    ///
    /// # Errors
    /// [`DataError::Conflict`] when somebody else renewed it at the same moment or it is not there yet,
    /// [`DataError::NotFound`] for an id that this organization has not; when the store cannot answer.
    pub async fn renew(&self, org: &OrgContext, id: &str, today: Date) -> Result<Service, DataError> {
        let service = self.find(org, id).await?;
        let from = date::parse(&service.renews_on).map_or(today, |day| day.max(today));
        let renewed = sqlx::query(
            "UPDATE services SET state = 'active', renews_on = $3
             WHERE org_id = $1 AND id = $2 AND renews_on = $4 AND state <> 'pending'",
        )
        .bind(key::organization(org))
        .bind(service.id.clone())
        .bind(date::year_after(from).to_string())
        .bind(service.renews_on.clone())
        .execute(self.pool)
        .await?;
        if renewed.rows_affected() == 0 {
            return Err(refusal(&service));
        }
        self.find(org, id).await
    }
}

impl Listed for Service {
    const SOURCE: &'static str = "services";
    const COLUMNS: &'static str = "id, name, category, state, price_minor, currency, renews_on, usage_percent";
    const SORTS: &'static [Sort] = &[
        Sort::column("name"),
        Sort::column("category"),
        Sort::column("state"),
        Sort::column("price_minor"),
        Sort::column("currency"),
        Sort::column("renews_on"),
        Sort::column("usage_percent"),
    ];
    const DEFAULT_SORT: &'static str = "renews_on";
    const SEARCHED: &'static [&'static str] = &["name", "category"];
    const FILTERS: &'static [Filter] = &[
        Filter::OneOf("state", ServiceState::WORDS),
        Filter::Text("category"),
        Filter::Currency,
        Filter::Days("renews_on"),
    ];
}

impl FromRow<'_, AnyRow> for Service {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            category: row.try_get("category")?,
            state: row.try_get("state")?,
            price_minor: row.try_get("price_minor")?,
            currency: row.try_get("currency")?,
            renews_on: row.try_get("renews_on")?,
            usage_percent: row.try_get("usage_percent")?,
        })
    }
}

fn refusal(service: &Service) -> DataError {
    DataError::conflict(match service.state {
        ServiceState::Pending => format!("{} is not delivered yet", service.name),
        ServiceState::Active | ServiceState::Expired | ServiceState::Expiring => {
            format!("{} was renewed by somebody else", service.name)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{super::fixture::Fixture, *};

    #[tokio::test]
    async fn renews_for_a_year_from_the_later_day() {
        let fixture = Fixture::seeded().await;
        let services = fixture.business.services();
        for state in ["active", "expired"] {
            let listed = services.list(&fixture.acme, &fixture.query(&[("state", state)])).await.unwrap();
            let service = &listed.data[0];
            assert!(matches!(
                services.renew(&fixture.globex, &service.id, fixture.today).await,
                Err(DataError::NotFound)
            ));
            let renewed = services.renew(&fixture.acme, &service.id, fixture.today).await.unwrap();
            let from = date::parse(&service.renews_on).unwrap().max(fixture.today);
            assert_eq!(renewed.renews_on, date::year_after(from).to_string());
            assert_eq!(renewed.state, ServiceState::Active);
        }
    }

    #[tokio::test]
    async fn filters_by_category() {
        let fixture = Fixture::seeded().await;
        let all = fixture.business.services().list(&fixture.acme, &ListQuery::default()).await.unwrap();
        let category = all.data[0].category.clone();
        let query = fixture.query(&[("category", category.as_str())]);
        let some = fixture.business.services().list(&fixture.acme, &query).await.unwrap();
        assert!(some.total > 0 && some.total < all.total);
        assert!(some.data.iter().all(|service| service.category == category));
    }
}
