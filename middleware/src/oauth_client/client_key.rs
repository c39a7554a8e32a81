//! The key by which a client signs its assertions (RFC 7523 section 3): ES256.

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use crate::token::install_crypto;

/// How long an assertion is good, in seconds: for one request.
const LIFETIME: i64 = 60;

/// A private key of a client, with what its assertions say beside the client's name.
#[derive(Clone)]
pub struct ClientKey {
    key: EncodingKey,
    kid: Option<String>,
    audience: String,
}

/// The key cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the key is no P-256 private key")]
pub struct UnusableKey;

/// RFC 7523 section 3.
#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl ClientKey {
    /// A P-256 key in PKCS #8 (DER). `audience` is the server's issuer, or its token endpoint where it wants that;
    /// `kid` names the key in the set that is registered there.
    ///
    /// # Errors
    /// When it is no such key.
    pub fn es256(pkcs8: &[u8], kid: Option<String>, audience: impl Into<String>) -> Result<Self, UnusableKey> {
        install_crypto();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(|_| UnusableKey)?;
        Ok(Self { key: EncodingKey::from_ec_der(pkcs8), kid, audience: audience.into() })
    }

    /// An assertion for one request.
    pub(super) fn assertion(&self, client_id: &str, now: i64) -> Result<String, UnusableKey> {
        let header = Header { kid: self.kid.clone(), ..Header::new(Algorithm::ES256) };
        let claims = Assertion {
            iss: client_id,
            sub: client_id,
            aud: &self.audience,
            jti: uuid::Uuid::new_v4().to_string(),
            iat: now,
            exp: now + LIFETIME,
        };
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_| UnusableKey)
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
