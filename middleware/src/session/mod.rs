//! Sessions: an opaque cookie, a record on `tower-sessions`, and what is kept warm of it.
//!
//! - The cookie holds an id and nothing else: `__Host-portcullis`, or `portcullis` on plain-http loopback.
//! - The id is new at every sign-in (no fixation); the record before it is deleted.
//! - A session ends after `idle` seconds without a request and after `absolute` seconds in any case.
//! - A session that ended is not brought back: stores never insert on save.

mod by_cookie;
mod config;
mod pending_connection;
mod ready;
mod record;
mod sessions;
mod shared_names;
mod table;
mod warm;

pub use config::SessionConfig;
pub(crate) use pending_connection::PendingConnection;
pub use record::{CREATED_AT_KEY, PendingLogin, SIGNED_IN_KEY, SignedIn, USER_AGENT_KEY, USER_KEY};
pub use sessions::Sessions;
pub(crate) use sessions::{LiveSession, Loaded, WarmSession};
