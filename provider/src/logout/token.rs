//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4): `typ: logout+jwt`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{ProviderError, lifetime, port::SignOnClient, random, server::Server};

/// The claims of a logout token. There is no `nonce`: it is forbidden.
#[derive(Debug, Serialize)]
struct LogoutClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    sid: &'a str,
    events: Value,
}

/// Issues the token that tells a client that a sign-on is over.
pub(super) async fn issue(server: &Server, sid: &str, client: &SignOnClient) -> Result<String, ProviderError> {
    let now = server.now();
    let claims = LogoutClaims {
        iss: server.issuer.as_str(),
        sub: &client.subject,
        aud: &client.client_id,
        iat: now,
        exp: now + lifetime::LOGOUT_TOKEN,
        jti: random::name()?,
        sid,
        events: json!({ EVENT: {} }),
    };
    server.sign(TYP, &claims).await
}

const TYP: &str = "logout+jwt";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
