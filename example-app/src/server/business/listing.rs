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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use portcullis_core::UserId;
    use serde_json::Value;
    use uuid::Uuid;

    use super::{
        super::{Business, DemoProfile, fixture::Fixture, seed_demo},
        *,
    };

    /// Every resource of an organization, as JSON.
    async fn everything(business: &Business, org: &OrgContext, q: &str) -> Vec<Value> {
        fn json<T: Serialize>(listing: Listing<T>) -> Value {
            serde_json::to_value(listing).unwrap()
        }
        fn asking<T: Listed>(q: &str) -> ListQuery<T> {
            ListQuery::parse(&[("q".to_owned(), q.to_owned()), ("per_page".to_owned(), "100".to_owned())]).unwrap()
        }
        let reader = UserId::from_uuid(Uuid::now_v7());
        vec![
            json(business.invoices().list(org, &asking(q)).await.unwrap()),
            json(business.tickets().list(org, &asking(q)).await.unwrap()),
            json(business.services().list(org, &asking(q)).await.unwrap()),
            json(business.orders().list(org, &asking(q)).await.unwrap()),
            json(business.notifications().list(org, reader, &asking(q)).await.unwrap()),
        ]
    }

    fn ids(listings: &[Value]) -> BTreeSet<&str> {
        let rows = listings.iter().flat_map(|listing| listing["data"].as_array().unwrap());
        rows.map(|row| row["id"].as_str().unwrap()).collect()
    }

    #[tokio::test]
    async fn no_list_shows_a_row_of_another_organization() {
        let fixture = Fixture::seeded().await;
        // The same year in a third organization: equal in all but its ids.
        let twin = fixture.initech.organization().id;
        seed_demo(&fixture.business, twin, DemoProfile::Acme, fixture.today).await.unwrap();
        for q in ["", "e", "EUR' OR org_id <> '", "%' OR 1=1 --"] {
            let (own, other) = (
                everything(&fixture.business, &fixture.acme, q).await,
                everything(&fixture.business, &fixture.initech, q).await,
            );
            assert!(ids(&own).is_disjoint(&ids(&other)), "{q}");
            let totals =
                |listings: &[Value]| listings.iter().map(|listing| listing["total"].clone()).collect::<Vec<_>>();
            assert_eq!(totals(&own), totals(&other), "{q}");
        }
    }

    #[tokio::test]
    async fn rows_are_written_as_promised() {
        let fixture = Fixture::seeded().await;
        let listings = everything(&fixture.business, &fixture.acme, "").await;
        for (listing, fields) in listings.iter().zip([
            "amount_minor currency due_on id issued_on number paid_on state subject supplier",
            "author body created_on id number priority state title updated_on",
            "category currency id name price_minor renews_on state usage_percent",
            "currency id item number ordered_on quantity state total_minor",
            "body created_on id kind title unread",
        ]) {
            let names: BTreeSet<_> = listing["data"][0].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(names, fields.split(' ').collect());
            assert_eq!((&listing["page"], &listing["per_page"]), (&Value::from(1), &Value::from(100)));
        }
    }
}
