//! Client assertions: `private_key_jwt` (RFC 7523 section 2.2, OpenID Connect Core section 9).
//!
//! - A good assertion authenticates, by each algorithm: `an_assertion_of_each_algorithm_authenticates`.
//! - `iss` and `sub` are the client: `an_assertion_of_or_about_another_is_refused`.
//! - `aud` is the issuer, the token endpoint or the endpoint asked: `the_audience_is_this_server`.
//! - `exp` is there, not over and at most five minutes away: `an_assertion_is_short_lived`.
//! - `jti` is there and counts once: `an_assertion_counts_once`.
//! - The key decides the algorithm, `kid` the key: `the_key_decides_the_algorithm_and_kid_the_key`.

use jsonwebtoken::Algorithm;
use portcullis_middleware::token::{Expectations, UnverifiedToken, verify};
use serde_json::Value;

use super::keys;
use crate::{
    endpoint::path,
    lifetime,
    port::{Digest, StoreError},
    server::Server,
};

/// Whether an assertion for this endpoint is the client's, and used for the first time.
pub(crate) async fn proves(
    server: &Server,
    assertion: &str,
    client_id: &str,
    jwks: &Value,
    endpoint: &str,
) -> Result<bool, StoreError> {
    match verified(server, assertion, client_id, jwks, endpoint) {
        Ok((jti, until)) => {
            let name = Digest::of(&format!("client assertion\n{client_id}\n{jti}"));
            server.stores.use_name(&name, until, server.now()).await
        }
        Err(what) => {
            tracing::debug!(client.id = %client_id, what, "a client assertion was refused");
            Ok(false)
        }
    }
}

/// The client that an assertion speaks for, unbelieved. A zero byte is in no name that a store could look for.
pub(crate) fn claimed_client(assertion: &str) -> Option<String> {
    UnverifiedToken::parse(assertion)?.issuer().filter(|client_id| !client_id.contains('\0'))
}

/// The name of an assertion that is good but for its reuse, and until when it would be accepted.
fn verified(
    server: &Server,
    assertion: &str,
    client_id: &str,
    jwks: &Value,
    endpoint: &str,
) -> Result<(String, i64), &'static str> {
    let token = UnverifiedToken::parse(assertion).ok_or("form")?;
    let keys = keys::read(jwks).map_err(keys::UnusableKeys::description)?;
    let issuer = &server.issuer;
    let expected = Expectations {
        issuer: client_id.to_owned(),
        audiences: vec![issuer.as_str().to_owned(), issuer.address(path::TOKEN), issuer.address(endpoint)],
        algorithms: ALGORITHMS.to_vec(),
        typ: None,
        leeway: lifetime::ASSERTION_LEEWAY,
    };
    let now = server.now();
    let verified = verify(token, &keys, &expected, now).map_err(|_| "signature or claims")?;
    if verified.text("sub").as_deref() != Some(client_id) {
        return Err("sub");
    }
    if verified.expires_at() > now + lifetime::ASSERTION + lifetime::ASSERTION_LEEWAY {
        return Err("exp");
    }
    let jti = verified.text("jti").filter(|jti| !jti.is_empty()).ok_or("jti")?;
    Ok((jti.into_owned(), verified.expires_at() + lifetime::ASSERTION_LEEWAY))
}

/// The one value of `client_assertion_type` that is understood.
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The algorithms of assertions: asymmetric ones alone.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
];

/// The same, as the metadata names them.
pub(crate) const ALGORITHM_NAMES: &[&str] =
    &["ES256", "ES384", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn the_issuer_is_the_claimed_client() {
        let claimed = |payload: &str| claimed_client(&format!("e30.{}.QQ", URL_SAFE_NO_PAD.encode(payload)));
        assert_eq!(claimed(r#"{"iss":"robot","sub":"another"}"#).as_deref(), Some("robot"));
        for nobody in
            [r#"{"sub":"robot"}"#, r#"{"iss":7}"#, r#"{"iss":"ro\u0000bot"}"#, r#"{"iss":"a","iss":"b"}"#, "[]"]
        {
            assert_eq!(claimed(nobody), None, "{nobody}");
        }
    }
}
