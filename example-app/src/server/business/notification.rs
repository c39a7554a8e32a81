//! Notifications: news for everyone in an organization, read by each for oneself.

use portcullis_core::{OrgContext, UserId};
use serde::Serialize;
use sqlx::{AnyPool, FromRow, Row, any::AnyRow};

use super::{DataError, Filter, ListQuery, Listed, Listing, Sort, key, listing, word::words};

/// A notification, as one person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// Its id.
    pub id: String,
    /// How much it matters.
    pub kind: NotificationKind,
    /// What happened, in a line.
    pub title: String,
    /// What happened, in full.
    pub body: String,
    /// Whether this person has not read it yet.
    pub unread: bool,
    /// The day it came.
    pub created_on: String,
}

words! {
    /// How much a notification matters.
    NotificationKind {
        /// Good to know.
        Info = "info",
        /// Something should be done.
        Warning = "warning",
        /// Something must be done.
        Critical = "critical",
    }
}

/// The notifications of the portal; every function answers for one organization, and for one person.
#[derive(Clone, Copy, Debug)]
pub struct Notifications<'a> {
    pool: &'a AnyPool,
}

impl<'a> Notifications<'a> {
    pub(crate) const fn of(pool: &'a AnyPool) -> Self {
        Self { pool }
    }

    /// A page of notifications; `state=unread` and `state=read` tell them apart.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn list(
        &self,
        org: &OrgContext,
        reader: UserId,
        query: &ListQuery<Notification>,
    ) -> Result<Listing<Notification>, DataError> {
        listing::list(self.pool, org, &[reader.to_string()], query).await
    }

    /// How many this person has not read yet.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn unread(&self, org: &OrgContext, reader: UserId) -> Result<i64, DataError> {
        let row = sqlx::query(
            "SELECT COUNT(*) FROM notifications AS n WHERE n.org_id = $1 AND NOT EXISTS (
                SELECT 1 FROM notification_reads AS r
                WHERE r.org_id = n.org_id AND r.notification_id = n.id AND r.user_id = $2
             )",
        )
        .bind(key::organization(org))
        .bind(reader.to_string())
        .fetch_one(self.pool)
        .await?;
        Ok(row.try_get(0)?)
    }

    /// Marks one as read by this person; once is enough, twice does no harm.
    ///
    /// # Errors
    /// [`DataError::NotFound`] for an id that this organization has not; when the store cannot answer.
    pub async fn mark_read(&self, org: &OrgContext, reader: UserId, id: &str) -> Result<(), DataError> {
        let id = key::row(id)?;
        let known = sqlx::query("SELECT 1 FROM notifications WHERE org_id = $1 AND id = $2")
            .bind(key::organization(org))
            .bind(id.clone())
            .fetch_optional(self.pool)
            .await?;
        if known.is_none() {
            return Err(DataError::NotFound);
        }
        sqlx::query(
            "INSERT INTO notification_reads (org_id, notification_id, user_id) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )
        .bind(key::organization(org))
        .bind(id)
        .bind(reader.to_string())
        .execute(self.pool)
        .await?;
        Ok(())
    }

    /// Marks all as read by this person, and says how many were not.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn mark_all_read(&self, org: &OrgContext, reader: UserId) -> Result<u64, DataError> {
        let marked = sqlx::query(
            "INSERT INTO notification_reads (org_id, notification_id, user_id)
             SELECT org_id, id, $2 FROM notifications WHERE org_id = $1
             ON CONFLICT DO NOTHING",
        )
        .bind(key::organization(org))
        .bind(reader.to_string())
        .execute(self.pool)
        .await?;
        Ok(marked.rows_affected())
    }
}

impl Listed for Notification {
    const SOURCE: &'static str = "(
        SELECT n.org_id, n.id, n.kind, n.title, n.body, n.created_on,
            CASE WHEN r.user_id IS NULL THEN 'unread' ELSE 'read' END AS state
        FROM notifications AS n LEFT JOIN notification_reads AS r
            ON r.org_id = n.org_id AND r.notification_id = n.id AND r.user_id = $2
    ) AS seen";
    const COLUMNS: &'static str = "id, kind, title, body, state, created_on";
    const SORTS: &'static [Sort] = &[
        Sort { name: "kind", sql: "CASE kind WHEN 'info' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END" },
        Sort::column("title"),
        Sort { name: "unread", sql: "state" },
        Sort::column("created_on"),
    ];
    const DEFAULT_SORT: &'static str = "-created_on";
    const SEARCHED: &'static [&'static str] = &["title", "body"];
    const FILTERS: &'static [Filter] = &[
        Filter::OneOf("kind", NotificationKind::WORDS),
        Filter::OneOf("state", &["unread", "read"]),
        Filter::Days("created_on"),
    ];
}

impl FromRow<'_, AnyRow> for Notification {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            title: row.try_get("title")?,
            body: row.try_get("body")?,
            unread: row.try_get::<String, _>("state")? == "unread",
            created_on: row.try_get("created_on")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{super::fixture::Fixture, *};

    #[tokio::test]
    async fn each_person_reads_for_oneself() {
        let fixture = Fixture::seeded().await;
        let news = fixture.business.notifications();
        let (anna, ben) = (UserId::from_uuid(Uuid::now_v7()), UserId::from_uuid(Uuid::now_v7()));
        let all = news.list(&fixture.acme, anna, &ListQuery::default()).await.unwrap();
        let first = &all.data[0];
        assert!(first.unread);

        assert!(matches!(news.mark_read(&fixture.globex, anna, &first.id).await, Err(DataError::NotFound)));
        for _ in 0..2 {
            news.mark_read(&fixture.acme, anna, &first.id).await.unwrap();
        }
        assert_eq!(news.unread(&fixture.acme, anna).await.unwrap(), all.total - 1);
        assert_eq!(news.unread(&fixture.acme, ben).await.unwrap(), all.total);

        let read = news.list(&fixture.acme, anna, &fixture.query(&[("state", "read")])).await.unwrap();
        assert_eq!((read.total, read.data[0].id.as_str()), (1, first.id.as_str()));

        news.mark_all_read(&fixture.acme, anna).await.unwrap();
        assert_eq!(news.unread(&fixture.acme, anna).await.unwrap(), 0);
        assert!(news.unread(&fixture.globex, anna).await.unwrap() > 0);
    }
}
