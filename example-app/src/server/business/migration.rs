//! The migrations of the portal's tables, embedded in the binary.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// All migrations, tolerant of those that other stores ran on the same database.
pub(crate) fn migrator() -> Migrator {
    let mut migrator = Migrator::with_migrations(MIGRATIONS.iter().map(embedded).collect());
    migrator.set_ignore_missing(true);
    migrator
}

fn embedded((version, name, sql): &(i64, &'static str, &'static str)) -> Migration {
    Migration::new(*version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false)
}

/// From 1000 upwards: the numbers below belong to `portcullis-storage`.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1000, "invoices", include_str!("../../../migrations/1000_invoices.sql")),
    (1001, "tickets", include_str!("../../../migrations/1001_tickets.sql")),
    (1002, "services", include_str!("../../../migrations/1002_services.sql")),
    (1003, "orders", include_str!("../../../migrations/1003_orders.sql")),
    (1004, "notifications", include_str!("../../../migrations/1004_notifications.sql")),
];

#[cfg(test)]
mod tests {
    use super::{
        super::{Business, fixture::Fixture},
        *,
    };

    #[tokio::test]
    async fn shares_a_database_and_runs_once() {
        let fixture = Fixture::seeded().await;
        let other = Migration::new(
            1,
            "other".into(),
            MigrationType::Simple,
            "CREATE TABLE other (id TEXT)".into_sql_str(),
            false,
        );
        let mut others = Migrator::with_migrations(vec![other]);
        others.set_ignore_missing(true).run(fixture.business.pool()).await.unwrap();
        Business::open(fixture.business.pool().clone()).await.unwrap();
    }
}
