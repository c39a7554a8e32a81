//! The embedded authorization server.
pub mod port;
