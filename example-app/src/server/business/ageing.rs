//! What changes by the mere passing of a day.

use portcullis_middleware::port::StoreError;
use time::{Date, Duration};

use super::Business;

impl Business {
    /// Marks, in every organization, what has become late: unpaid invoices past their day as overdue,
    /// services within a month of theirs as expiring and past it as expired.
    ///
    /// To be called at the start and after each midnight; twice does no harm.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn age(&self, today: Date) -> Result<(), StoreError> {
        let soon = today.saturating_add(Duration::days(30));
        for (statement, day) in [
            ("UPDATE invoices SET state = 'overdue' WHERE state = 'open' AND due_on < $1", today),
            ("UPDATE services SET state = 'expired' WHERE state IN ('active', 'expiring') AND renews_on < $1", today),
            ("UPDATE services SET state = 'expiring' WHERE state = 'active' AND renews_on <= $1", soon),
        ] {
            sqlx::query(statement).bind(day.to_string()).execute(self.pool()).await.map_err(StoreError::new)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Invoice, fixture::Fixture},
        *,
    };

    #[tokio::test]
    async fn an_open_invoice_becomes_overdue_the_day_after() {
        let fixture = Fixture::seeded().await;
        let open = async || {
            let query = fixture.query::<Invoice>(&[("state", "open")]);
            fixture.business.invoices().list(&fixture.acme, &query).await.unwrap().total
        };
        let before = open().await;
        fixture.business.age(fixture.today).await.unwrap();
        assert_eq!(open().await, before);
        fixture.business.age(fixture.today + Duration::days(400)).await.unwrap();
        assert_eq!(open().await, 0);
    }
}
