//! A seeded database of its own for a test.

use std::{path::PathBuf, sync::Arc};

use portcullis_core::{GrantSet, OrgContext, OrgId, OrgStatus, Organization, RoleTable};
use sqlx::{AnyPool, AssertSqlSafe, Row, any::AnyPoolOptions};
use time::Date;
use uuid::Uuid;

use super::{Business, DemoProfile, Invoice, ListQuery, Listed, date, seed_demo};

/// Three organizations on a SQLite file that goes with the test, or on a schema of its own in the
/// PostgreSQL database that `PORTCULLIS_TEST_POSTGRES` names.
pub(crate) struct Fixture {
    pub(crate) business: Business,
    pub(crate) acme: OrgContext,
    pub(crate) globex: OrgContext,
    pub(crate) initech: OrgContext,
    pub(crate) today: Date,
    file: PathBuf,
}

impl Fixture {
    pub(crate) async fn seeded() -> Self {
        sqlx::any::install_default_drivers();
        let file = std::env::temp_dir().join(format!("portal-{}.db", Uuid::now_v7()));
        let url = match std::env::var("PORTCULLIS_TEST_POSTGRES") {
            Ok(server) => schema(&server).await,
            Err(_) => format!("sqlite://{}?mode=rwc", file.display()),
        };
        let pool = AnyPoolOptions::new().connect(&url).await.unwrap();
        let fixture = Self {
            business: Business::open(pool).await.unwrap(),
            acme: member("acme"),
            globex: member("globex"),
            initech: member("initech"),
            today: date::parse("2026-03-17").unwrap(),
            file,
        };
        for (org, profile) in [
            (&fixture.acme, DemoProfile::Acme),
            (&fixture.globex, DemoProfile::Globex),
            (&fixture.initech, DemoProfile::Empty),
        ] {
            seed_demo(&fixture.business, org.organization().id, profile, fixture.today).await.unwrap();
        }
        fixture
    }

    pub(crate) fn query<T: Listed>(&self, pairs: &[(&str, &str)]) -> ListQuery<T> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ListQuery::parse(&pairs).unwrap()
    }

    pub(crate) async fn open_invoice(&self) -> Invoice {
        let listed = self.business.invoices().list(&self.acme, &self.query(&[("state", "open")])).await.unwrap();
        listed.data[0].clone()
    }

    pub(crate) async fn payments_of(&self, invoice: &str) -> i64 {
        let count = sqlx::query("SELECT COUNT(*) FROM payments WHERE invoice_id = $1").bind(invoice.to_owned());
        count.fetch_one(self.business.pool()).await.unwrap().try_get(0).unwrap()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.file.display()));
        }
    }
}

/// The URL of a fresh schema on a PostgreSQL server.
async fn schema(server: &str) -> String {
    let (name, pool) = (format!("t{}", Uuid::now_v7().simple()), AnyPool::connect(server).await.unwrap());
    sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {name}"))).execute(&pool).await.unwrap();
    pool.close().await;
    let separator = if server.contains('?') { '&' } else { '?' };
    format!("{server}{separator}options[search_path]={name}")
}

fn member(slug: &str) -> OrgContext {
    let organization = Organization {
        id: OrgId::from_uuid(Uuid::now_v7()),
        slug: slug.parse().unwrap(),
        name: slug.into(),
        status: OrgStatus::Active,
    };
    OrgContext::assertion(Arc::new(organization), Arc::new(GrantSet::default()), Arc::new(RoleTable::default()))
}
