//! An invoice as a row.

use serde::{Deserialize, Serialize};

/// An invoice. Dates are `YYYY-MM-DD`, amounts in the smallest unit of the currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invoice {
    /// Its identity.
    pub id: String,
    /// Its number, for people.
    pub number: String,
    /// Who sent it.
    pub supplier: String,
    /// What for.
    pub subject: String,
    /// How much.
    pub amount_minor: i64,
    /// The currency (ISO 4217).
    pub currency: String,
    /// Where it stands.
    pub state: InvoiceState,
    /// When it was issued.
    pub issued_on: String,
    /// When it is due.
    pub due_on: String,
    /// When it was paid.
    #[serde(default)]
    pub paid_on: Option<String>,
}

/// Where an invoice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// Withdrawn by its sender.
    Cancelled,
    /// To be paid.
    Open,
    /// To be paid, and late.
    Overdue,
    /// Paid.
    Paid,
}
