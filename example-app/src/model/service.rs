//! A subscribed service as a row.

use serde::{Deserialize, Serialize};

/// A subscribed service. Dates are `YYYY-MM-DD`, amounts in the smallest unit of the currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Its identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub category: String,
    /// Where it stands.
    pub state: ServiceState,
    /// What a month costs.
    pub price_minor: i64,
    /// The currency (ISO 4217).
    pub currency: String,
    /// When it renews or ends.
    pub renews_on: String,
    /// How much of what is included was used.
    pub usage_percent: u8,
}

/// Where a service stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// In use.
    Active,
    /// Over.
    Expired,
    /// In use, and soon over.
    Expiring,
    /// Ordered, not yet ready.
    Pending,
}
