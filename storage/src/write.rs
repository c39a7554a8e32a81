//! A transaction whose news go out with its commit: never before, and never without.

use portcullis_middleware::port::Change;
use sqlx::{Any, AnyConnection, Transaction};

use crate::Database;

/// A write in progress. Dropped, it is rolled back and nobody hears of it.
pub(crate) struct Write {
    database: Database,
    transaction: Transaction<'static, Any>,
    news: Vec<Change>,
}

impl Write {
    pub(crate) async fn begin(database: &Database) -> Result<Self, sqlx::Error> {
        Ok(Self { database: database.clone(), transaction: database.begin().await?, news: Vec::new() })
    }

    /// Where statements of this write run.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// Adds news to tell after the commit.
    pub(crate) fn tell(&mut self, change: Change) {
        self.news.push(change);
    }

    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.database.notify(&mut self.transaction, &self.news).await?;
        // A task of its own: whoever asked may go away between the commit and its news.
        let told = tokio::spawn(async move {
            self.transaction.commit().await?;
            for change in self.news {
                self.database.changes.publish(change);
            }
            Ok(())
        });
        told.await.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?
    }
}
