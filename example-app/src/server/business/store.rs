//! The portal's own tables behind one pool.

use portcullis_middleware::port::StoreError;
use sqlx::AnyPool;

use super::{Invoices, Notifications, Orders, Payments, Services, Tickets, migration};

/// The portal's business data on SQLite or PostgreSQL. Cloning shares the pool.
#[derive(Clone, Debug)]
pub struct Business {
    pool: AnyPool,
}

impl Business {
    /// Takes the pool and brings its tables up to date.
    ///
    /// May share a database with other stores: migrations of others are left alone.
    ///
    /// # Errors
    /// When the database cannot answer, or was migrated by a different build.
    pub async fn open(pool: AnyPool) -> Result<Self, StoreError> {
        migration::migrator().run(&pool).await.map_err(StoreError::new)?;
        Ok(Self { pool })
    }

    /// What suppliers ask to be paid.
    #[must_use]
    pub const fn invoices(&self) -> Invoices<'_> {
        Invoices::of(&self.pool)
    }

    /// What was paid, and what is still to pay.
    #[must_use]
    pub const fn payments(&self) -> Payments<'_> {
        Payments::of(&self.pool)
    }

    /// Requests for help.
    #[must_use]
    pub const fn tickets(&self) -> Tickets<'_> {
        Tickets::of(&self.pool)
    }

    /// Subscriptions.
    #[must_use]
    pub const fn services(&self) -> Services<'_> {
        Services::of(&self.pool)
    }

    /// Purchases.
    #[must_use]
    pub const fn orders(&self) -> Orders<'_> {
        Orders::of(&self.pool)
    }

    /// News for everyone in an organization.
    #[must_use]
    pub const fn notifications(&self) -> Notifications<'_> {
        Notifications::of(&self.pool)
    }

    pub(crate) const fn pool(&self) -> &AnyPool {
        &self.pool
    }
}
