//! Invoices: what suppliers ask to be paid.

use portcullis_core::OrgContext;
use serde::Serialize;
use sqlx::{Any, AnyPool, FromRow, Row, Transaction, any::AnyRow};
use time::Date;

use super::{DataError, Filter, ListQuery, Listed, Listing, Sort, key, listing, statement::Statement, word::words};

/// An invoice of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invoice {
    /// Its id.
    pub id: String,
    /// Its number, as people quote it.
    pub number: String,
    /// Who sent it.
    pub supplier: String,
    /// What for.
    pub subject: String,
    /// How much, in the smallest unit of the currency (JPY has no smaller one than itself).
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
    /// Where it stands.
    pub state: InvoiceState,
    /// The day on it.
    pub issued_on: String,
    /// The day it should be paid by.
    pub due_on: String,
    /// The day it was paid.
    pub paid_on: Option<String>,
}

words! {
    /// Where an invoice stands.
    InvoiceState {
        /// To be paid.
        Open = "open",
        /// To be paid, and late.
        Overdue = "overdue",
        /// Paid.
        Paid = "paid",
        /// Withdrawn by the supplier.
        Cancelled = "cancelled",
    }
}

/// The invoices of the portal; every function answers for one organization.
#[derive(Clone, Copy, Debug)]
pub struct Invoices<'a> {
    pool: &'a AnyPool,
}

impl<'a> Invoices<'a> {
    pub(crate) const fn of(pool: &'a AnyPool) -> Self {
        Self { pool }
    }

    /// A page of invoices.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn list(&self, org: &OrgContext, query: &ListQuery<Invoice>) -> Result<Listing<Invoice>, DataError> {
        listing::list(self.pool, org, &[], query).await
    }

    /// One invoice.
    ///
    /// # Errors
    /// [`DataError::NotFound`] for an id that this organization has not; when the store cannot answer.
    pub async fn find(&self, org: &OrgContext, id: &str) -> Result<Invoice, DataError> {
        listing::find(self.pool, org, id).await
    }

    /// Pays an invoice, once: the change of state and the payment happen together or not at all.
    ///
    /// # Errors
    /// [`DataError::Conflict`] for one that is paid or cancelled, [`DataError::NotFound`] for an id that
    /// this organization has not; when the store cannot answer.
    pub async fn pay(&self, org: &OrgContext, id: &str, payer: &str, today: Date) -> Result<Invoice, DataError> {
        let id = key::row(id)?;
        let mut work = self.pool.begin().await?;
        let Some(invoice) = settle(&mut work, org, &id, today).await? else {
            work.rollback().await?;
            return Err(refusal(&self.find(org, &id).await?));
        };
        record(&mut work, org, &invoice, payer, today).await?;
        work.commit().await?;
        Ok(invoice)
    }
}

impl Listed for Invoice {
    const SOURCE: &'static str = "invoices";
    const COLUMNS: &'static str =
        "id, number, supplier, subject, amount_minor, currency, state, issued_on, due_on, paid_on";
    const SORTS: &'static [Sort] = &[
        Sort::column("number"),
        Sort::column("supplier"),
        Sort::column("subject"),
        Sort::column("amount_minor"),
        Sort::column("currency"),
        Sort::column("state"),
        Sort::column("issued_on"),
        Sort::column("due_on"),
    ];
    const DEFAULT_SORT: &'static str = "-issued_on";
    const SEARCHED: &'static [&'static str] = &["number", "supplier", "subject"];
    const FILTERS: &'static [Filter] =
        &[Filter::OneOf("state", InvoiceState::WORDS), Filter::Currency, Filter::Days("issued_on")];
}

impl FromRow<'_, AnyRow> for Invoice {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            number: row.try_get("number")?,
            supplier: row.try_get("supplier")?,
            subject: row.try_get("subject")?,
            amount_minor: row.try_get("amount_minor")?,
            currency: row.try_get("currency")?,
            state: row.try_get("state")?,
            issued_on: row.try_get("issued_on")?,
            due_on: row.try_get("due_on")?,
            paid_on: row.try_get("paid_on")?,
        })
    }
}

/// Marks as paid what can be paid. Of two at once, the database lets one find the row still unpaid.
async fn settle(
    work: &mut Transaction<'_, Any>,
    org: &OrgContext,
    id: &str,
    today: Date,
) -> Result<Option<Invoice>, DataError> {
    let mut statement = Statement::keeping([key::organization(org), id.to_owned(), today.to_string()]);
    statement.sql("UPDATE invoices SET state = 'paid', paid_on = $3");
    statement.sql(" WHERE org_id = $1 AND id = $2 AND state IN ('open', 'overdue') RETURNING ").sql(Invoice::COLUMNS);
    let row = statement.finish().fetch_optional(&mut **work).await?;
    Ok(row.map(|row| Invoice::from_row(&row)).transpose()?)
}

async fn record(
    work: &mut Transaction<'_, Any>,
    org: &OrgContext,
    invoice: &Invoice,
    payer: &str,
    today: Date,
) -> Result<(), DataError> {
    sqlx::query(
        "INSERT INTO payments (org_id, id, invoice_id, amount_minor, currency, paid_by, paid_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(key::organization(org))
    .bind(key::fresh())
    .bind(invoice.id.clone())
    .bind(invoice.amount_minor)
    .bind(invoice.currency.clone())
    .bind(payer.to_owned())
    .bind(today.to_string())
    .execute(&mut **work)
    .await?;
    Ok(())
}

fn refusal(invoice: &Invoice) -> DataError {
    DataError::conflict(match invoice.state {
        InvoiceState::Cancelled => format!("invoice {} is cancelled", invoice.number),
        InvoiceState::Paid => format!("invoice {} is already paid", invoice.number),
        InvoiceState::Open | InvoiceState::Overdue => format!("invoice {} is being changed", invoice.number),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::fixture::Fixture, *};

    #[tokio::test(flavor = "multi_thread")]
    async fn twenty_payments_at_once_pay_once() {
        let fixture = Fixture::seeded().await;
        let invoice = fixture.open_invoice().await;
        let attempts: Vec<_> = (0..20)
            .map(|_| {
                let (business, org, today, id) =
                    (fixture.business.clone(), fixture.acme.clone(), fixture.today, invoice.id.clone());
                tokio::spawn(async move { business.invoices().pay(&org, &id, "finance", today).await })
            })
            .collect();
        let mut paid = 0;
        for attempt in attempts {
            match attempt.await.unwrap() {
                Ok(invoice) => {
                    assert_eq!(invoice.state, InvoiceState::Paid);
                    paid += 1;
                }
                Err(error) => assert!(matches!(error, DataError::Conflict(_)), "{error:?}"),
            }
        }
        assert_eq!(paid, 1);
        assert_eq!(fixture.payments_of(&invoice.id).await, 1);
    }

    #[tokio::test]
    async fn a_cancelled_one_is_not_paid() {
        let fixture = Fixture::seeded().await;
        let invoices = fixture.business.invoices();
        let cancelled = invoices.list(&fixture.acme, &fixture.query(&[("state", "cancelled")])).await.unwrap();
        let answer = invoices.pay(&fixture.acme, &cancelled.data[0].id, "finance", fixture.today).await;
        assert!(matches!(answer, Err(DataError::Conflict(_))), "{answer:?}");
        assert_eq!(fixture.payments_of(&cancelled.data[0].id).await, 0);
    }

    #[tokio::test]
    async fn another_organization_s_invoice_is_unknown() {
        let fixture = Fixture::seeded().await;
        let (invoices, foreign) = (fixture.business.invoices(), fixture.open_invoice().await);
        for id in [foreign.id.as_str(), "00000000-0000-4000-8000-000000000000", "7", "' OR 1=1 --", ""] {
            assert!(matches!(invoices.find(&fixture.globex, id).await, Err(DataError::NotFound)), "{id}");
            let paid = invoices.pay(&fixture.globex, id, "thief", fixture.today).await;
            assert!(matches!(paid, Err(DataError::NotFound)), "{id}");
        }
        assert_eq!(invoices.find(&fixture.acme, &foreign.id).await.unwrap(), foreign);
        for filter in [("q", foreign.number.as_str()), ("q", "%"), ("q", "' OR '1'='1"), ("state", "open")] {
            let found = invoices.list(&fixture.globex, &fixture.query(&[filter, ("per_page", "100")])).await.unwrap();
            assert!(found.data.iter().all(|invoice| invoice.number.starts_with("GLBX-")), "{filter:?}");
        }
        assert_eq!(invoices.list(&fixture.initech, &ListQuery::default()).await.unwrap().total, 0);
    }

    #[tokio::test]
    async fn pages_cover_every_row_once_in_every_order() {
        let fixture = Fixture::seeded().await;
        for sort in Invoice::SORTS.iter().flat_map(|sort| [sort.name.to_owned(), format!("-{}", sort.name)]) {
            let (mut seen, mut rows) = (BTreeSet::new(), 0);
            for page in 1.. {
                let page = page.to_string();
                let query = fixture.query(&[("page", &page), ("per_page", "37"), ("sort", &sort)]);
                let listing = fixture.business.invoices().list(&fixture.acme, &query).await.unwrap();
                if listing.data.is_empty() {
                    assert_eq!((rows, seen.len()), (listing.total, usize::try_from(rows).unwrap()), "{sort}");
                    break;
                }
                rows += i64::try_from(listing.data.len()).unwrap();
                seen.extend(listing.data.into_iter().map(|invoice| invoice.id));
            }
        }
    }

    #[tokio::test]
    async fn search_means_its_letters() {
        let fixture = Fixture::seeded().await;
        let total = async |q: &str| {
            fixture.business.invoices().list(&fixture.acme, &fixture.query(&[("q", q)])).await.unwrap().total
        };
        assert_eq!(total("%").await, 0);
        assert_eq!(total("ACME_20").await, 0);
        assert!(total("acme-20").await > 300);
    }
}
