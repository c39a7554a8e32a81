//! axum-security 0.0.2: `#[requires]` with a role, of a session or of a token.

pub(crate) mod session;
pub(crate) mod token;
