//! What the portal is about: invoices, tickets, services, orders, notifications.
//!
//! Every data function takes an [`OrgContext`](portcullis_core::OrgContext), the proof of a verified
//! membership, and each statement is scoped by its organization: a row of another organization is
//! as unknown as one that never was. Knows nothing of HTTP, permissions, sessions or pages.
//!
//! The row type decides what a query may hold:
//!
//! ```
//! use portal::server::business::{Business, DataError, Invoice, ListQuery, Listing};
//! use portcullis_core::OrgContext;
//!
//! async fn invoices(
//!     business: &Business,
//!     org: &OrgContext,
//!     parameters: &[(String, String)],
//! ) -> Result<Listing<Invoice>, DataError> {
//!     let query = ListQuery::parse(parameters)?; // strict: names the parameter that is wrong
//!     business.invoices().list(org, &query).await
//! }
//! ```

mod store;

mod migration;

pub mod ageing;
pub mod date;
pub mod error;
pub mod invoice;
pub mod listed;
pub mod listing;
pub mod notification;
pub mod order;
pub mod payment;
pub mod query;
pub mod seed;
pub mod service;
pub mod ticket;

mod key;
mod statement;
mod word;

#[cfg(test)]
mod fixture;

pub use error::DataError;
pub use invoice::{Invoice, InvoiceState, Invoices};
pub use listed::{Filter, Listed, Sort};
pub use listing::Listing;
pub use notification::{Notification, NotificationKind, Notifications};
pub use order::{Order, OrderState, Orders};
pub use payment::{CurrencySummary, MonthSum, Payments, PaymentsSummary};
pub use query::ListQuery;
pub use seed::{DemoProfile, seed_demo};
pub use service::{Service, ServiceState, Services};
pub use store::Business;
pub use ticket::{NewTicket, Ticket, TicketPriority, TicketState, Tickets};
