//! Fills an empty organization with a company's year.

use portcullis_core::OrgId;
use portcullis_middleware::port::StoreError;
use time::Date;

use super::{
    super::Business,
    batch::Batch,
    company::{ACME, Company, GLOBEX},
    invoices, notifications, orders, services,
    sower::Sower,
    tickets,
};

/// Whose year an organization gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoProfile {
    /// A manufacturer in Europe, paying in EUR, USD and CHF.
    Acme,
    /// A trading company, paying in USD, GBP and JPY.
    Globex,
    /// Just founded: nothing yet.
    Empty,
}

/// Fills an organization that has no business data yet; one that has some is left as it is.
///
/// All in one transaction: a start that was interrupted leaves nothing behind.
///
/// # Errors
/// When the store cannot answer.
pub async fn seed_demo(business: &Business, org: OrgId, profile: DemoProfile, today: Date) -> Result<(), StoreError> {
    let Some(company) = profile.company() else { return Ok(()) };
    if is_settled(business, org).await.map_err(StoreError::new)? {
        return Ok(());
    }
    let batches = year(company, &mut Sower::new(company.seed, org, today));
    insert(business, batches).await.map_err(StoreError::new)
}

impl DemoProfile {
    const fn company(self) -> Option<&'static Company> {
        match self {
            Self::Acme => Some(&ACME),
            Self::Globex => Some(&GLOBEX),
            Self::Empty => None,
        }
    }
}

/// Everything, in an order that foreign keys allow.
fn year(company: &'static Company, sower: &mut Sower) -> Vec<Batch> {
    let (invoices, payments) = invoices::sow(company, sower);
    let (tickets, numbers) = tickets::sow(company, sower);
    let services = services::sow(company, sower);
    let orders = orders::sow(company, sower);
    let notifications = notifications::sow(company, sower);
    vec![invoices, payments, tickets, numbers, services, orders, notifications]
}

async fn is_settled(business: &Business, org: OrgId) -> Result<bool, sqlx::Error> {
    for any in [
        "SELECT 1 FROM invoices WHERE org_id = $1 LIMIT 1",
        "SELECT 1 FROM tickets WHERE org_id = $1 LIMIT 1",
        "SELECT 1 FROM services WHERE org_id = $1 LIMIT 1",
    ] {
        if sqlx::query(any).bind(org.to_string()).fetch_optional(business.pool()).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn insert(business: &Business, batches: Vec<Batch>) -> Result<(), sqlx::Error> {
    let mut work = business.pool().begin().await?;
    for batch in batches {
        batch.insert(&mut work).await?;
    }
    work.commit().await
}

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use super::{
        super::super::{Invoice, InvoiceState, ListQuery, date, fixture::Fixture},
        *,
    };

    #[tokio::test]
    async fn a_year_is_full_and_its_states_fit_its_dates() {
        let fixture = Fixture::seeded().await;
        let today = fixture.today.to_string();
        for (org, least) in [(&fixture.acme, 340), (&fixture.globex, 260)] {
            let invoices = fixture.business.invoices();
            assert_eq!(invoices.list(org, &ListQuery::default()).await.unwrap().total, least);
            for state in InvoiceState::WORDS {
                let query = fixture.query::<Invoice>(&[("state", state), ("per_page", "100")]);
                let listed = invoices.list(org, &query).await.unwrap();
                assert!(listed.total >= 5, "{state}: {}", listed.total);
                for invoice in listed.data {
                    assert!(invoice.issued_on <= today && invoice.issued_on < invoice.due_on, "{invoice:?}");
                    match invoice.state {
                        InvoiceState::Open => assert!(invoice.due_on >= today, "{invoice:?}"),
                        InvoiceState::Overdue => assert!(invoice.due_on < today, "{invoice:?}"),
                        InvoiceState::Paid => {
                            let paid_on = invoice.paid_on.clone().unwrap();
                            assert!(invoice.issued_on <= paid_on && paid_on <= today, "{invoice:?}");
                        }
                        InvoiceState::Cancelled => assert_eq!(invoice.paid_on, None),
                    }
                }
            }
        }
    }

    #[tokio::test]
    async fn seeding_again_adds_nothing_and_any_day_will_do() {
        let fixture = Fixture::seeded().await;
        let id = fixture.acme.organization().id;
        let rows = async || {
            let count = sqlx::query("SELECT (SELECT COUNT(*) FROM invoices) + (SELECT COUNT(*) FROM tickets)");
            count.fetch_one(fixture.business.pool()).await.unwrap().try_get::<i64, _>(0).unwrap()
        };
        let before = rows().await;
        seed_demo(&fixture.business, id, DemoProfile::Acme, fixture.today).await.unwrap();
        assert_eq!(rows().await, before);

        for day in ["2024-02-29", "2025-01-01", "2026-12-31"] {
            let org = OrgId::from_uuid(uuid::Uuid::now_v7());
            seed_demo(&fixture.business, org, DemoProfile::Globex, date::parse(day).unwrap()).await.unwrap();
        }
    }
}
