//! Payments: what was paid, and what is still to pay.

use std::collections::BTreeMap;

use portcullis_core::OrgContext;
use serde::Serialize;
use sqlx::{AnyPool, Row};
use time::Date;

use super::{DataError, date, key};

/// An organization's payments at a glance, one summary a currency: amounts of two are never added up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentsSummary {
    /// By currency code.
    pub currencies: Vec<CurrencySummary>,
}

/// The payments of one currency, in its smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CurrencySummary {
    /// ISO 4217.
    pub currency: String,
    /// Unpaid and late.
    pub overdue_minor: i64,
    /// How many of those.
    pub overdue_count: i64,
    /// Unpaid and not yet late.
    pub open_minor: i64,
    /// How many of those.
    pub open_count: i64,
    /// Paid since the first of this month.
    pub paid_this_month_minor: i64,
    /// The last six months, this one included, oldest first.
    pub months: Vec<MonthSum>,
}

/// What was paid in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonthSum {
    /// `YYYY-MM`.
    pub month: String,
    /// How much.
    pub paid_minor: i64,
}

/// The payments of the portal; every function answers for one organization.
#[derive(Clone, Copy, Debug)]
pub struct Payments<'a> {
    pool: &'a AnyPool,
}

impl<'a> Payments<'a> {
    pub(crate) const fn of(pool: &'a AnyPool) -> Self {
        Self { pool }
    }

    /// The summary of every currency that the organization has invoices in.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn summary(&self, org: &OrgContext, today: Date) -> Result<PaymentsSummary, DataError> {
        let mut paid = self.paid(org, date::months_before(today, MONTHS - 1)).await?;
        let months: Vec<_> = (0..MONTHS).rev().map(|ago| date::month_text(date::months_before(today, ago))).collect();

        let mut currencies = self.unpaid(org, today).await?;
        for summary in &mut currencies {
            let mut sum = |month: &String| paid.remove(&(summary.currency.clone(), month.clone())).unwrap_or(0);
            let sums = months.iter().map(|month| MonthSum { month: month.clone(), paid_minor: sum(month) });
            summary.months = sums.collect();
            summary.paid_this_month_minor = summary.months.last().map_or(0, |month| month.paid_minor);
        }
        Ok(PaymentsSummary { currencies })
    }

    /// Every currency with what is to pay in it. What is late is told by its day, not by its mark.
    async fn unpaid(&self, org: &OrgContext, today: Date) -> Result<Vec<CurrencySummary>, DataError> {
        let rows = sqlx::query(
            "SELECT currency,
                CAST(SUM(CASE WHEN late = 1 THEN amount_minor ELSE 0 END) AS BIGINT) AS overdue_minor,
                CAST(SUM(CASE WHEN late = 1 THEN 1 ELSE 0 END) AS BIGINT) AS overdue_count,
                CAST(SUM(CASE WHEN late = 0 THEN amount_minor ELSE 0 END) AS BIGINT) AS open_minor,
                CAST(SUM(CASE WHEN late = 0 THEN 1 ELSE 0 END) AS BIGINT) AS open_count
             FROM (
                SELECT currency, amount_minor, CASE
                    WHEN state NOT IN ('open', 'overdue') THEN NULL
                    WHEN due_on < $2 THEN 1
                    ELSE 0
                END AS late
                FROM invoices WHERE org_id = $1
             ) AS marked
             GROUP BY currency ORDER BY currency",
        )
        .bind(key::organization(org))
        .bind(today.to_string())
        .fetch_all(self.pool)
        .await?;
        let summaries = rows.iter().map(|row| {
            Ok(CurrencySummary {
                currency: row.try_get("currency")?,
                overdue_minor: row.try_get("overdue_minor")?,
                overdue_count: row.try_get("overdue_count")?,
                open_minor: row.try_get("open_minor")?,
                open_count: row.try_get("open_count")?,
                paid_this_month_minor: 0,
                months: Vec::new(),
            })
        });
        summaries.collect()
    }

    /// What was paid since a day, by currency and month.
    async fn paid(&self, org: &OrgContext, since: Date) -> Result<BTreeMap<(String, String), i64>, DataError> {
        let rows = sqlx::query(
            "SELECT currency, SUBSTR(paid_at, 1, 7) AS month, CAST(SUM(amount_minor) AS BIGINT) AS paid_minor
             FROM payments WHERE org_id = $1 AND paid_at >= $2
             GROUP BY currency, SUBSTR(paid_at, 1, 7)",
        )
        .bind(key::organization(org))
        .bind(since.to_string())
        .fetch_all(self.pool)
        .await?;
        let sums =
            rows.iter().map(|row| Ok(((row.try_get("currency")?, row.try_get("month")?), row.try_get("paid_minor")?)));
        sums.collect()
    }
}

const MONTHS: u8 = 6;

#[cfg(test)]
mod tests {
    use super::super::{Invoice, fixture::Fixture};

    #[tokio::test]
    async fn the_summary_moves_with_a_payment() {
        let fixture = Fixture::seeded().await;
        let of = async |currency: &str| {
            let summary = fixture.business.payments().summary(&fixture.acme, fixture.today).await.unwrap();
            summary.currencies.into_iter().find(|summary| summary.currency == currency).unwrap()
        };
        let invoice = fixture.open_invoice().await;
        let before = of(&invoice.currency).await;
        fixture.business.invoices().pay(&fixture.acme, &invoice.id, "finance", fixture.today).await.unwrap();
        let after = of(&invoice.currency).await;

        assert_eq!(after.months.len(), 6);
        assert_eq!(after.open_count, before.open_count - 1);
        assert_eq!(after.open_minor, before.open_minor - invoice.amount_minor);
        assert_eq!(after.paid_this_month_minor, before.paid_this_month_minor + invoice.amount_minor);
        assert_eq!(after.overdue_minor, before.overdue_minor);
    }

    #[tokio::test]
    async fn the_summary_agrees_with_the_list() {
        let fixture = Fixture::seeded().await;
        let summary = fixture.business.payments().summary(&fixture.globex, fixture.today).await.unwrap();
        let codes: Vec<_> = summary.currencies.iter().map(|summary| summary.currency.as_str()).collect();
        assert_eq!(codes, ["GBP", "JPY", "USD"]);
        for currency in &summary.currencies {
            let count = async |state: &str| {
                let query = fixture.query::<Invoice>(&[("state", state), ("currency", &currency.currency)]);
                fixture.business.invoices().list(&fixture.globex, &query).await.unwrap().total
            };
            assert_eq!(count("overdue").await, currency.overdue_count);
            assert_eq!(count("open").await, currency.open_count);
        }
    }
}
