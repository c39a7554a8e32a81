//! Clients: how one proves itself at the token and revocation endpoints.

pub(crate) mod authenticate;
pub(crate) mod presented;
