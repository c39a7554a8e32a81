//! What the handlers share.

use portcullis_middleware::Clock;
use portcullis_storage::Database;
use time::Date;

use crate::server::business::{Business, date};

/// The stores behind the handlers, and the time.
#[derive(Clone, Debug)]
pub(crate) struct AppState {
    pub(crate) database: Database,
    pub(crate) business: Business,
    pub(crate) clock: Clock,
}

impl AppState {
    /// Today's date in UTC.
    pub(crate) fn today(&self) -> Date {
        date::of_seconds(self.clock.now())
    }
}
