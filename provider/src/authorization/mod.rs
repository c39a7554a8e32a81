//! An authorization request: pushed ([`pushed`]) or read ([`request`]), waited for, answered ([`answer`]).

pub(crate) mod answer;
pub(crate) mod complete;
pub(crate) mod consent;
pub(crate) mod pushed;
pub(crate) mod request;
