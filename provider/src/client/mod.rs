//! Clients: how one proves itself wherever it comes without a person, and how one registers.

pub(crate) mod assertion;
pub(crate) mod authenticate;
pub(crate) mod keys;
pub(crate) mod presented;
pub(crate) mod registration;
