//! Tokens: what they say, who issues them, who revokes them.

pub(crate) mod access;
pub(crate) mod audience;
pub(crate) mod family;
pub(crate) mod held;
pub(crate) mod id;
pub(crate) mod person;
pub(crate) mod response;
pub(crate) mod verified;
