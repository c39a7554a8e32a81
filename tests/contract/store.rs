//! A fresh database for one law, with a clock that stands still and an ear on the change bus.

use std::{
    env,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use portcullis_core::{
    OrgId, PermissionSet, Secret, UserId,
    permission::{Catalogue, PermissionInfo},
};
use portcullis_middleware::{
    Clock,
    port::{Change, ChangeBus, ChangeStream, Directory},
};
use portcullis_storage::{Actor, Database, SealingKey};
use sqlx::migrate::MigrateDatabase;
use url::Url;
use uuid::Uuid;

/// When each law begins, in seconds since 1970.
pub(crate) const NOW: i64 = 1_800_000_000;

/// The issuer of the embedded authorization server.
pub(crate) const LOCAL_ISSUER: &str = "https://portal.example";

/// The permissions of a small application.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shop;

impl Catalogue for Shop {
    const ENTRIES: &'static [PermissionInfo] = &[
        PermissionInfo::new("invoices:view"),
        PermissionInfo::new("invoices:pay"),
        PermissionInfo::new("members:manage"),
        PermissionInfo::new("roles:manage"),
    ];
    const GRANTING: Option<&'static str> = Some("roles:manage");
}

/// A database of one law's own.
pub(crate) struct Store {
    pub(crate) database: Database,
    pub(crate) changes: ChangeBus,
    key: SealingKey,
    url: String,
    file: Option<PathBuf>,
    now: Arc<AtomicI64>,
}

impl Store {
    pub(crate) async fn sqlite() -> Self {
        let file = env::temp_dir().join(format!("portcullis-contract-{}.db", Uuid::now_v7()));
        Self::open(format!("sqlite://{}?mode=rwc", file.display()), Some(file)).await
    }

    /// A new database on the server, if there is one.
    pub(crate) async fn postgres() -> Option<Self> {
        let mut url: Url = env::var("PORTCULLIS_TEST_POSTGRES").ok()?.parse().unwrap();
        url.set_path(&format!("contract_{}", Uuid::now_v7().simple()));
        sqlx::any::install_default_drivers();
        sqlx::Any::create_database(url.as_str()).await.unwrap();
        Some(Self::open(url.into(), None).await)
    }

    pub(crate) async fn close(self) {
        self.database.pool().close().await;
        match self.file {
            Some(file) => {
                for suffix in ["", "-wal", "-shm"] {
                    drop(std::fs::remove_file(format!("{}{suffix}", file.display())));
                }
            }
            None => sqlx::Any::force_drop_database(&self.url).await.unwrap(),
        }
    }

    async fn open(url: String, file: Option<PathBuf>) -> Self {
        let (key, now) = (SealingKey::generate().unwrap(), Arc::new(AtomicI64::new(NOW)));
        let changes = ChangeBus::default();
        let database = connect(&url, &changes, &key, &now).await;
        Self { database, changes, key, url, file, now }
    }

    /// The same database as another process would open it, with a bus of its own.
    pub(crate) async fn other_node(&self) -> (Database, ChangeBus) {
        let changes = ChangeBus::default();
        (connect(&self.url, &changes, &self.key, &self.now).await, changes)
    }

    /// The same database, opened with a key that did not seal it.
    pub(crate) async fn with_wrong_key(&self) -> Database {
        connect(&self.url, &ChangeBus::default(), &SealingKey::generate().unwrap(), &self.now).await
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.file.is_none()
    }

    pub(crate) fn set_now(&self, now: i64) {
        self.now.store(now, Ordering::SeqCst);
    }

    /// A local account.
    pub(crate) async fn user(&self, email: &str) -> UserId {
        let hash = Secret::new("$argon2id$not-a-real-one".to_owned());
        self.database.seeder().create_user(email, email, Some(&hash)).await.unwrap()
    }

    /// An organization with the roles ORG_OWNER (everything), ORG_ADMIN (members and invoices) and
    /// ORG_USER (seeing invoices).
    pub(crate) async fn organization(&self, slug: &str) -> OrgId {
        let seeder = self.database.seeder();
        let id = seeder.create_organization(slug.parse().unwrap(), slug).await.unwrap();
        for (role, permissions) in ROLES {
            seeder.create_role(id, role, role, "", permissions).await.unwrap();
        }
        id
    }

    /// A local account with roles in an organization, as an actor.
    pub(crate) async fn member(&self, email: &str, organization: OrgId, roles: &[&str]) -> Actor {
        let user = self.user(email).await;
        self.database.seeder().add_membership(user, organization, roles).await.unwrap();
        let held = self.database.membership(user, organization).await.unwrap().unwrap();
        let permissions = self.database.roles(organization).await.unwrap().table.expand(&held);
        Actor { user, permissions }
    }

    pub(crate) async fn revision(&self, organization: OrgId) -> u64 {
        self.database.roles(organization).await.unwrap().revision
    }

    /// How many rows a query of `COUNT(*)` counts.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let (rows,): (i64,) = sqlx::query_as(sql).fetch_one(self.database.pool()).await.unwrap();
        rows
    }

    pub(crate) async fn execute(&self, sql: &'static str) {
        sqlx::query(sql).execute(self.database.pool()).await.unwrap();
    }
}

/// The next change, or none within a moment.
pub(crate) async fn next(changes: &mut ChangeStream) -> Option<Change> {
    tokio::time::timeout(Duration::from_secs(5), changes.next()).await.ok().flatten()
}

/// Nothing was said up to now: a mark is published and comes first.
pub(crate) async fn assert_silent(bus: &ChangeBus, changes: &mut ChangeStream) {
    let mark = Change::TokenRevoked("a mark".into());
    bus.publish(mark.clone());
    assert_eq!(next(changes).await, Some(mark));
}

/// These permissions.
pub(crate) fn permissions(keys: &[&str]) -> PermissionSet {
    keys.iter().map(|key| Shop::permission(key)).collect()
}

/// Owned texts.
pub(crate) fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

const ROLES: &[(&str, &[&str])] = &[
    ("ORG_ADMIN", &["invoices:view", "invoices:pay", "members:manage"]),
    ("ORG_OWNER", &["invoices:view", "invoices:pay", "members:manage", "roles:manage"]),
    ("ORG_USER", &["invoices:view"]),
];

async fn connect(url: &str, changes: &ChangeBus, key: &SealingKey, now: &Arc<AtomicI64>) -> Database {
    let now = now.clone();
    Database::connect(url, Shop::VOCABULARY, changes.clone(), key.clone())
        .await
        .unwrap()
        .with_local_issuer(LOCAL_ISSUER)
        .with_clock(Clock::from_fn(move || now.load(Ordering::SeqCst)))
}
