//! Tickets: requests for help.

use portcullis_core::OrgContext;
use serde::{Deserialize, Serialize};
use sqlx::{Any, AnyPool, FromRow, Row, Transaction, any::AnyRow};
use time::Date;

use super::{DataError, Filter, ListQuery, Listed, Listing, Sort, key, listing, statement::Statement, word::words};

/// A ticket of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ticket {
    /// Its id.
    pub id: String,
    /// Its number, as people quote it.
    pub number: String,
    /// What it is about, in a line.
    pub title: String,
    /// The whole story.
    pub body: String,
    /// Where it stands.
    pub state: TicketState,
    /// How much it hurts.
    pub priority: TicketPriority,
    /// Who asked.
    pub author: String,
    /// The day it came.
    pub created_on: String,
    /// The day of its last change.
    pub updated_on: String,
}

words! {
    /// Where a ticket stands.
    TicketState {
        /// Nobody has taken it yet.
        Open = "open",
        /// Somebody works on it.
        InProgress = "in_progress",
        /// The author was asked something.
        Waiting = "waiting",
        /// Done.
        Closed = "closed",
    }
}

words! {
    /// How much a ticket hurts.
    TicketPriority {
        /// Some day.
        Low = "low",
        /// In turn.
        Normal = "normal",
        /// Before others.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}

/// What a ticket is made from, as it was sent: validated by [`Tickets::create`].
#[derive(Clone, Debug, Deserialize)]
pub struct NewTicket {
    /// 1 to 200 characters.
    pub title: String,
    /// At most 10,000 characters.
    #[serde(default)]
    pub body: String,
    /// One of [`TicketPriority::WORDS`]; `normal` if left out.
    #[serde(default = "normal")]
    pub priority: String,
}

/// The tickets of the portal; every function answers for one organization.
#[derive(Clone, Copy, Debug)]
pub struct Tickets<'a> {
    pool: &'a AnyPool,
}

impl<'a> Tickets<'a> {
    pub(crate) const fn of(pool: &'a AnyPool) -> Self {
        Self { pool }
    }

    /// A page of tickets.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn list(&self, org: &OrgContext, query: &ListQuery<Ticket>) -> Result<Listing<Ticket>, DataError> {
        listing::list(self.pool, org, &[], query).await
    }

    /// One ticket.
    ///
    /// # Errors
    /// [`DataError::NotFound`] for an id that this organization has not; when the store cannot answer.
    pub async fn find(&self, org: &OrgContext, id: &str) -> Result<Ticket, DataError> {
        listing::find(self.pool, org, id).await
    }

    /// Opens a ticket under the organization's next number.
    ///
    /// # Errors
    /// [`DataError::Invalid`] names the field that is wrong; when the store cannot answer.
    pub async fn create(
        &self,
        org: &OrgContext,
        author: &str,
        new: NewTicket,
        today: Date,
    ) -> Result<Ticket, DataError> {
        let (title, body, priority) = validate(&new)?;
        let mut work = self.pool.begin().await?;
        let ticket = Ticket {
            id: key::fresh(),
            number: next_number(&mut work, org).await?,
            title,
            body,
            state: TicketState::Open,
            priority,
            author: author.to_owned(),
            created_on: today.to_string(),
            updated_on: today.to_string(),
        };
        insert(&mut work, org, &ticket).await?;
        work.commit().await?;
        Ok(ticket)
    }

    /// Closes a ticket.
    ///
    /// # Errors
    /// [`DataError::Conflict`] for one that is closed, [`DataError::NotFound`] for an id that this
    /// organization has not; when the store cannot answer.
    pub async fn close(&self, org: &OrgContext, id: &str, today: Date) -> Result<Ticket, DataError> {
        let mut statement = Statement::keeping([key::organization(org), key::row(id)?, today.to_string()]);
        statement.sql("UPDATE tickets SET state = 'closed', updated_on = $3");
        statement.sql(" WHERE org_id = $1 AND id = $2 AND state <> 'closed'");
        let changed = statement.finish().execute(self.pool).await?.rows_affected();
        let ticket = self.find(org, id).await?;
        if changed == 0 {
            return Err(DataError::conflict(format!("ticket {} is already closed", ticket.number)));
        }
        Ok(ticket)
    }
}

impl Listed for Ticket {
    const SOURCE: &'static str = "tickets";
    const COLUMNS: &'static str = "id, number, title, body, state, priority, author, created_on, updated_on";
    const SORTS: &'static [Sort] = &[
        Sort::column("number"),
        Sort::column("title"),
        Sort::column("state"),
        Sort {
            name: "priority",
            sql: "CASE priority WHEN 'low' THEN 0 WHEN 'normal' THEN 1 WHEN 'high' THEN 2 ELSE 3 END",
        },
        Sort::column("author"),
        Sort::column("created_on"),
        Sort::column("updated_on"),
    ];
    const DEFAULT_SORT: &'static str = "-updated_on";
    const SEARCHED: &'static [&'static str] = &["number", "title", "body", "author"];
    const FILTERS: &'static [Filter] = &[
        Filter::OneOf("state", TicketState::WORDS),
        Filter::OneOf("priority", TicketPriority::WORDS),
        Filter::Days("created_on"),
    ];
}

impl FromRow<'_, AnyRow> for Ticket {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            number: row.try_get("number")?,
            title: row.try_get("title")?,
            body: row.try_get("body")?,
            state: row.try_get("state")?,
            priority: row.try_get("priority")?,
            author: row.try_get("author")?,
            created_on: row.try_get("created_on")?,
            updated_on: row.try_get("updated_on")?,
        })
    }
}

/// The number that people quote, of a ticket's place in its organization.
pub(crate) fn number_text(place: i64) -> String {
    format!("T-{place:04}")
}

fn validate(new: &NewTicket) -> Result<(String, String, TicketPriority), DataError> {
    let (title, body) = (new.title.trim(), new.body.trim());
    if !(1..=200).contains(&title.chars().count()) || title.chars().any(char::is_control) {
        return Err(DataError::invalid("title", "is not one line of 1 to 200 characters"));
    }
    if body.chars().count() > 10_000 || body.contains('\0') {
        return Err(DataError::invalid("body", "is not text of at most 10,000 characters"));
    }
    let priority = TicketPriority::of_word(&new.priority)
        .ok_or_else(|| DataError::invalid("priority", format!("is none of {}", TicketPriority::WORDS.join(", "))))?;
    Ok((title.to_owned(), body.to_owned(), priority))
}

/// Counts on; the row of the counter keeps two at once from getting the same number.
async fn next_number(work: &mut Transaction<'_, Any>, org: &OrgContext) -> Result<String, DataError> {
    let row = sqlx::query(
        "INSERT INTO ticket_numbers (org_id, last) VALUES ($1, 1)
         ON CONFLICT (org_id) DO UPDATE SET last = ticket_numbers.last + 1 RETURNING last",
    )
    .bind(key::organization(org))
    .fetch_one(&mut **work)
    .await?;
    Ok(number_text(row.try_get("last")?))
}

async fn insert(work: &mut Transaction<'_, Any>, org: &OrgContext, ticket: &Ticket) -> Result<(), DataError> {
    sqlx::query(
        "INSERT INTO tickets (org_id, id, number, title, body, state, priority, author, created_on, updated_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(key::organization(org))
    .bind(ticket.id.clone())
    .bind(ticket.number.clone())
    .bind(ticket.title.clone())
    .bind(ticket.body.clone())
    .bind(ticket.state.as_str())
    .bind(ticket.priority.as_str())
    .bind(ticket.author.clone())
    .bind(ticket.created_on.clone())
    .bind(ticket.updated_on.clone())
    .execute(&mut **work)
    .await?;
    Ok(())
}

fn normal() -> String {
    TicketPriority::Normal.as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::fixture::Fixture, *};

    fn new(title: &str, body: &str, priority: &str) -> NewTicket {
        NewTicket { title: title.to_owned(), body: body.to_owned(), priority: priority.to_owned() }
    }

    #[test]
    fn says_which_field_is_wrong() {
        for (wrong, field) in [
            (new("  ", "", "low"), "title"),
            (new(&"ä".repeat(201), "", "low"), "title"),
            (new("two\nlines", "", "low"), "title"),
            (new("x", &"y".repeat(10_001), "low"), "body"),
            (new("x", "", "panic"), "priority"),
        ] {
            let answer = validate(&wrong);
            assert!(matches!(&answer, Err(DataError::Invalid { field: named, .. }) if named == field), "{answer:?}");
        }
        assert!(validate(&new(&format!(" {} ", "ä".repeat(200)), &"y".repeat(10_000), "urgent")).is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn numbers_are_never_given_twice() {
        let fixture = Fixture::seeded().await;
        let created: Vec<_> = (0..12)
            .map(|_| {
                let (business, org, today) = (fixture.business.clone(), fixture.acme.clone(), fixture.today);
                tokio::spawn(async move { business.tickets().create(&org, "me", new("x", "", "low"), today).await })
            })
            .collect();
        let mut numbers = BTreeSet::new();
        for ticket in created {
            numbers.insert(ticket.await.unwrap().unwrap().number);
        }
        assert_eq!(numbers.len(), 12);
    }

    #[tokio::test]
    async fn closes_once_and_only_its_own() {
        let fixture = Fixture::seeded().await;
        let tickets = fixture.business.tickets();
        let ticket = tickets.create(&fixture.acme, "me", new(" x ", "", "high"), fixture.today).await.unwrap();
        assert_eq!(tickets.find(&fixture.acme, &ticket.id).await.unwrap(), ticket);

        let foreign = tickets.close(&fixture.globex, &ticket.id, fixture.today).await;
        assert!(matches!(foreign, Err(DataError::NotFound)));
        let closed = tickets.close(&fixture.acme, &ticket.id, fixture.today).await.unwrap();
        assert_eq!(closed.state, TicketState::Closed);
        let again = tickets.close(&fixture.acme, &ticket.id, fixture.today).await;
        assert!(matches!(again, Err(DataError::Conflict(_))));
    }

    #[tokio::test]
    async fn sorts_by_urgency_and_not_by_letter() {
        let fixture = Fixture::seeded().await;
        let query = fixture.query(&[("sort", "-priority"), ("per_page", "100")]);
        let listed = fixture.business.tickets().list(&fixture.acme, &query).await.unwrap();
        assert!(listed.data.is_sorted_by_key(|ticket| std::cmp::Reverse(ticket.priority as u8)));
    }
}
