//! Migrations: embedded, each applied once, in the order of their versions.

use sqlx::{
    AnyPool, SqlSafeStr,
    migrate::{MigrateError, Migration as Step, MigrationType, Migrator},
};

/// One migration. Once released, its text never changes.
///
/// The application keeps migrations of its own in the same database, and counts them from 1.
/// Versions from 900,000,000 on belong to this crate.
///
/// ```
/// use portcullis_storage::Migration;
/// let invoices = Migration { version: 1, description: "invoices", sql: "CREATE TABLE invoices (id TEXT NOT NULL PRIMARY KEY)" };
/// assert!(invoices.version < 900_000_000);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its place in the order.
    pub version: i64,
    /// What it brings, in a word or two.
    pub description: &'static str,
    /// The SQL, for both databases.
    pub sql: &'static str,
}

pub(crate) const OWN: &[Migration] = &[
    own(1, "directory", include_str!("../migrations/0001_directory.sql")),
    own(2, "sessions", include_str!("../migrations/0002_sessions.sql")),
    own(3, "authorization server", include_str!("../migrations/0003_authorization_server.sql")),
    own(4, "pages", include_str!("../migrations/0004_pages.sql")),
    own(5, "device codes", include_str!("../migrations/0005_device_codes.sql")),
    own(6, "clients", include_str!("../migrations/0006_clients.sql")),
    own(8, "accounts", include_str!("../migrations/0008_accounts.sql")),
    own(9, "relying party", include_str!("../migrations/0009_relying_party.sql")),
    own(10, "keys", include_str!("../migrations/0010_keys.sql")),
    own(12, "passkeys", include_str!("../migrations/0012_passkeys.sql")),
    own(13, "codes", include_str!("../migrations/0013_codes.sql")),
    own(14, "upstream providers", include_str!("../migrations/0014_upstream.sql")),
    own(15, "upstream sessions of families", include_str!("../migrations/0015_families_upstream.sql")),
    own(16, "fewer entries in indexes", include_str!("../migrations/0016_fewer_entries.sql")),
    own(17, "identities by user", include_str!("../migrations/0017_identities_by_user.sql")),
];

const fn own(number: i64, description: &'static str, sql: &'static str) -> Migration {
    Migration { version: 900_000_000 + number, description, sql }
}

pub(crate) async fn run(pool: &AnyPool, migrations: &[Migration]) -> Result<(), MigrateError> {
    let mut migrator = Migrator::with_migrations(migrations.iter().map(Migration::step).collect());
    // Those of the other side of the house are not ours to miss.
    migrator.set_ignore_missing(true);
    migrator.run(pool).await
}

impl Migration {
    fn step(&self) -> Step {
        Step::new(self.version, self.description.into(), MigrationType::Simple, self.sql.into_sql_str(), false)
    }
}
