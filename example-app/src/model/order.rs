//! An order as a row.

use serde::{Deserialize, Serialize};

/// An order. Dates are `YYYY-MM-DD`, amounts in the smallest unit of the currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its identity.
    pub id: String,
    /// Its number, for people.
    pub number: String,
    /// What was ordered.
    pub item: String,
    /// How many.
    pub quantity: u32,
    /// What it costs in all.
    pub total_minor: i64,
    /// The currency (ISO 4217).
    pub currency: String,
    /// Where it stands.
    pub state: OrderState,
    /// When it was ordered.
    pub ordered_on: String,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// With its receiver.
    Delivered,
    /// Accepted.
    Placed,
    /// Back with its sender.
    Returned,
    /// On its way.
    Shipped,
}
