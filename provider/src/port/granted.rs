//! What a person granted a client: what codes, refresh tokens and device codes stand for.

use portcullis_core::UserId;
use serde::{Deserialize, Serialize};

/// One authorization of one person for one client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// The client it was given to.
    pub client_id: String,
    /// The person.
    pub user: UserId,
    /// The scopes granted.
    pub scopes: Vec<String>,
    /// The organization asked for, by slug or id.
    pub organization: Option<String>,
    /// The resources that tokens may be for (RFC 8707); none = the resource server of this issuer.
    #[serde(default)]
    pub resources: Vec<String>,
    /// When the person signed in, in seconds since 1970.
    pub auth_time: i64,
    /// How they did (RFC 8176).
    #[serde(default)]
    pub amr: Vec<String>,
    /// The sign-on (`sid`) it belongs to.
    pub sid: String,
    /// All tokens that came of one authorization: revoked together.
    pub family: String,
    /// The thumbprint of the key that tokens are bound to (RFC 9449 section 6).
    #[serde(default)]
    pub jkt: Option<String>,
}

impl Granted {
    /// The names under which the access tokens of a family are refused by
    /// [`super::RefreshTokens::revoke_access_token`]: the family, and the `jti` of its first token.
    #[must_use]
    pub fn marks_of_family(family: &str) -> [String; 2] {
        [family.to_owned(), format!("{family}.1")]
    }
}
