//! A provider's word that sessions are over.

use super::SessionHandle;

/// Which sessions a provider ends (OpenID Connect Back-Channel Logout 1.0 section 2.4), and the token that said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderLogout {
    /// The provider.
    pub issuer: String,
    /// The person, as the provider calls them; alone it ends all their sessions from this provider.
    pub subject: Option<String>,
    /// The session at the provider; with the subject beside it, both have to fit.
    pub sid: Option<String>,
    /// The token's name: it counts once.
    pub jti: String,
    /// Until when the name is remembered, in seconds since 1970.
    pub remembered_until: i64,
}

/// What came of a provider's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderLogoutOutcome {
    /// These sessions ended; none is as good.
    Ended(Vec<SessionHandle>),
    /// The same token came before.
    Replayed,
}
