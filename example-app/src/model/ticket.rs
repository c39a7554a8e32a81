//! A support ticket as a row.

use serde::{Deserialize, Serialize};

/// A support ticket. Dates are `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its identity.
    pub id: String,
    /// Its number, for people.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// The words of its author.
    pub body: String,
    /// Where it stands.
    pub state: TicketState,
    /// How urgent it is.
    pub priority: TicketPriority,
    /// Who opened it.
    pub author: String,
    /// When it was opened.
    pub created_on: String,
    /// When it changed last.
    pub updated_on: String,
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Done.
    Closed,
    /// Being worked on.
    InProgress,
    /// Waiting for somebody to take it.
    Open,
    /// Waiting for its author.
    Waiting,
}

/// How urgent a ticket is, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketPriority {
    /// When there is time.
    Low,
    /// In turn.
    Normal,
    /// Before the others.
    High,
    /// Now.
    Urgent,
}
