//! Who asks for what: the one client of the bench, the one person, and their words.
//!
//! The peer's `server.mjs` says the same.

pub(crate) const CLIENT_ID: &str = "portal";
pub(crate) const CLIENT_SECRET: &str = "a-secret-of-the-bench-and-of-nothing-else";
pub(crate) const CALLBACK: &str = "http://127.0.0.1:9/callback";
/// What tokens are for.
pub(crate) const RESOURCE: &str = "https://api.bench.example";
pub(crate) const SCOPE: &str = "openid api";
/// What a client may have for itself.
pub(crate) const OWN_SCOPE: &str = "api";
pub(crate) const EMAIL: &str = "ann@bench.example";
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The same.
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
