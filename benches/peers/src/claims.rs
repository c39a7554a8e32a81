//! What the tokens say, and how it is read.

use portcullis_bench_harness::token::{self, SigningKey};
use serde::Deserialize;
use serde_json::json;

use crate::{
    peer::Credential,
    people::{UNENTITLED, permissions, roles},
};

/// The thirteen claims.
#[derive(Clone, Debug, Deserialize)]
#[expect(dead_code, reason = "a token is read as a whole, as an application does")]
pub(crate) struct Claims<R = String> {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
    client_id: String,
    email: String,
    name: String,
    org: String,
    pub(crate) roles: Vec<R>,
    pub(crate) permissions: Vec<String>,
}

impl<R> Claims<R> {
    /// Whether this permission is among the claims.
    pub(crate) fn permit(&self, permission: &str) -> bool {
        self.permissions.iter().any(|held| held == permission)
    }
}

/// A token with all roles and permissions.
pub(crate) fn holder(key: &SigningKey) -> Credential {
    Credential::Bearer(key.token("holder"))
}

/// A token of equal standing without the required ones.
pub(crate) fn unentitled(key: &SigningKey) -> Credential {
    let mut claims = token::claims("unentitled");
    claims["roles"] = json!(roles(UNENTITLED));
    claims["permissions"] = json!(permissions(UNENTITLED));
    Credential::Bearer(key.sign(&claims))
}
