//! The database: a pool, migrated, with what every store needs beside it.

use std::{fmt, sync::Arc, time::Duration};

use portcullis_core::{Secret, permission::Vocabulary};
use portcullis_middleware::{
    Clock,
    port::{Cached, ChangeBus, StoreError},
};
use sqlx::{Any, AnyPool, Connection, Executor, Transaction, any::AnyPoolOptions};
use uuid::Uuid;

use crate::{SealingKey, engine::Engine, known::Known, migration, stored::OrUnavailable, together::Together};

/// Every store of the suite on one SQL database. Clones share the pool.
///
/// # Security
/// Rows are written with bound values alone; there is no SQL text made at run time.
#[derive(Clone)]
pub struct Database {
    pool: AnyPool,
    pub(crate) engine: Engine,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) changes: ChangeBus,
    pub(crate) secrets: SealingKey,
    pub(crate) clock: Clock,
    pub(crate) local_issuer: Option<Arc<str>>,
    pub(crate) node: Arc<str>,
    pub(crate) url: Secret<Arc<str>>,
    pub(crate) together: Arc<Together>,
    pub(crate) known: Arc<Known>,
}

/// The database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// It does not answer, or the URL is wrong.
    #[error("the database cannot be opened")]
    Open(#[source] sqlx::Error),
    /// Its tables could not be brought up to date.
    #[error("the database cannot be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Neither SQLite nor PostgreSQL.
    #[error("`{0}` is no database known here: use `sqlite:` or `postgres:`")]
    Scheme(String),
}

impl Database {
    /// Opens the database and brings its tables up to date.
    ///
    /// `sqlite://portal.db?mode=rwc` makes the file if it is missing; `sqlite::memory:` keeps
    /// everything in memory; `postgres://…` is a server.
    ///
    /// # Errors
    /// When the URL is of another kind, the database does not answer or cannot be migrated.
    pub async fn connect(
        url: &str,
        vocabulary: Vocabulary,
        changes: ChangeBus,
        secrets: SealingKey,
    ) -> Result<Self, ConnectError> {
        sqlx::any::install_default_drivers();
        let engine = Engine::of_url(url)?;
        let pool = pool_options(engine, url).connect(url).await.map_err(ConnectError::Open)?;
        migration::run(&pool, migration::OWN).await?;
        let together = Together::new(pool_together(engine, url, &pool).await.map_err(ConnectError::Open)?, engine);
        let known: Arc<Known> = Arc::default();
        let cached: Arc<dyn Cached> = known.clone();
        changes.tell_first(Arc::downgrade(&cached));
        Ok(Self {
            known,
            together: Arc::new(together),
            pool,
            engine,
            vocabulary,
            changes,
            secrets,
            clock: Clock::system(),
            local_issuer: None,
            node: Uuid::now_v7().to_string().into(),
            url: Secret::new(url.into()),
        })
    }

    /// With the issuer of the embedded authorization server, whose subjects are our own user ids.
    #[must_use]
    pub fn with_local_issuer(mut self, issuer: impl Into<Arc<str>>) -> Self {
        self.local_issuer = Some(issuer.into());
        self
    }

    /// With a clock of one's own.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Applies migrations of the application to the same database; see [`crate::Migration`].
    ///
    /// # Errors
    /// When one fails, or was changed after it had been applied.
    pub async fn migrate(&self, migrations: &[crate::Migration]) -> Result<(), ConnectError> {
        Ok(migration::run(&self.pool, migrations).await?)
    }

    /// The pool, for tables of the application in the same database.
    #[must_use]
    pub const fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Begins a transaction that writes: on SQLite at once as the one writer.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.pool.begin_with(self.engine.begin_write()).await
    }

    /// Asks whether the database answers and has its tables, for readiness.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM organizations LIMIT 1").execute(&self.pool).await.or_unavailable().map(drop)
    }

    /// The bus that this database publishes on.
    #[must_use]
    pub const fn changes(&self) -> &ChangeBus {
        &self.changes
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("engine", &self.engine).finish_non_exhaustive()
    }
}

fn pool_options(engine: Engine, url: &str) -> AnyPoolOptions {
    let options = any_options();
    match engine {
        Engine::PostgreSql => options.max_connections(20),
        // Each connection to `:memory:` is a database of its own, gone when it closes.
        Engine::Sqlite if is_in_memory(url) => {
            told(options.max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None), &[ALL])
        }
        Engine::Sqlite => told(options.max_connections(8), &[ALL]),
    }
}

/// What many ask together goes through connections of its own. On SQLite it is one: a connection that wrote last knows
/// its pages still, where another reads them again. On PostgreSQL there is one for each of the queues.
async fn pool_together(engine: Engine, url: &str, pool: &AnyPool) -> Result<AnyPool, sqlx::Error> {
    match engine {
        Engine::Sqlite if is_in_memory(url) => Ok(pool.clone()),
        Engine::Sqlite => told(any_options().max_connections(1), &[ALL, TOGETHER_SQLITE]).connect(url).await,
        Engine::PostgreSql => {
            told(any_options().max_connections(Together::QUEUES), &[TOGETHER_POSTGRESQL]).connect(url).await
        }
    }
}

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

fn any_options() -> AnyPoolOptions {
    without_needless_pings(AnyPoolOptions::new().acquire_timeout(Duration::from_secs(10)))
}

/// A connection that answered a moment ago is not asked whether it lives before each statement.
fn without_needless_pings(options: AnyPoolOptions) -> AnyPoolOptions {
    options.test_before_acquire(false).before_acquire(|connection, known| {
        Box::pin(async move {
            if known.idle_for > TRUSTED_IDLE {
                connection.ping().await?;
            }
            Ok(true)
        })
    })
}

/// A new connection is told this first.
fn told(options: AnyPoolOptions, words: &'static [&'static str]) -> AnyPoolOptions {
    options.after_connect(move |connection, _| {
        Box::pin(async move {
            for words in words {
                connection.execute(*words).await?;
            }
            Ok(())
        })
    })
}

/// A connection that was idle for longer may have been closed by a server that restarted.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// `busy_timeout` first: turning WAL on may have to wait for another process. The log is carried over every
/// 16 MB and not every 4, because pages that are written often go over once; each connection keeps 8 MB of pages.
const ALL: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; \
     PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8192;";

/// What a statement for many may have to undo stays in memory, not in a file of its own. Not for all: SQLite sorts more
/// slowly by it (a page of the portal's invoices takes half as long again).
const TOGETHER_SQLITE: &str = "PRAGMA temp_store = MEMORY;";

/// A statement for many takes each row by its key, in the order in which it is written, however small the tables are:
/// a plan that was made for empty ones reads all of them when they have grown. It locks rows of several families, as
/// others may in another order: it gives way before the server looks for a deadlock (after a second), and each is then
/// served alone.
const TOGETHER_POSTGRESQL: &str = "SET plan_cache_mode = force_generic_plan; SET join_collapse_limit = 1; \
     SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
     SET cpu_tuple_cost = 1; SET jit = off; SET lock_timeout = '500ms';";
