//! An authorization request: read ([`request`]), waited for, answered ([`answer`]).

pub(crate) mod answer;
pub(crate) mod complete;
pub(crate) mod consent;
pub(crate) mod request;
