//! What is owed and what was paid, in sums.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The sums, and what the caller may do with invoices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentsSummary {
    /// The sums.
    pub data: Sums,
    /// Every action on invoices, for this caller.
    #[serde(default)]
    pub permissions: BTreeMap<String, bool>,
}

/// Sums by currency: amounts of two are never added up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    /// One entry a currency.
    pub currencies: Vec<CurrencySummary>,
}

/// The sums of one currency, in its smallest unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurrencySummary {
    /// The currency (ISO 4217).
    pub currency: String,
    /// Late.
    pub overdue_minor: i64,
    /// How many are late.
    pub overdue_count: u64,
    /// To be paid, not late.
    pub open_minor: i64,
    /// How many are to be paid and not late.
    pub open_count: u64,
    /// Paid in this month.
    pub paid_this_month_minor: i64,
    /// What was paid in the last months, the oldest first.
    pub months: Vec<MonthPaid>,
}

/// What was paid in a month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthPaid {
    /// The month as `YYYY-MM`.
    pub month: String,
    /// How much.
    pub paid_minor: i64,
}
