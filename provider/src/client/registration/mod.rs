//! Clients that register themselves: what they ask for ([`Requested`]) and what they become ([`Registered`]).

mod address;
mod member;
mod registered;
mod requested;

pub(crate) use registered::Registered;
pub(crate) use requested::{Limits, Requested};
