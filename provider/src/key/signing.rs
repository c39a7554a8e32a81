//! One ES256 key: makes it, signs with it, shows its public half.

use std::fmt;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use portcullis_core::Secret;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{ProviderError, lifetime, port::SigningKeyRecord, random};

/// A key that signs now, later, or signed once.
pub(crate) struct SigningKey {
    kid: String,
    active_from: i64,
    published_until: i64,
    /// Read once: `jsonwebtoken` would read it for every signature, which takes longer than to sign.
    pair: EcdsaKeyPair,
    public: DecodingKey,
    jwk: Value,
}

impl SigningKey {
    /// Makes the record of a new key.
    pub(crate) fn generate(active_from: i64) -> Result<SigningKeyRecord, ProviderError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(unusable)?;
        let pkcs8 = pair.to_pkcs8v1().map_err(unusable)?;
        Ok(SigningKeyRecord {
            kid: random::name()?,
            algorithm: ALGORITHM.to_owned(),
            pkcs8: Secret::new(pkcs8.as_ref().to_vec()),
            active_from,
            published_until: active_from + lifetime::KEY_PUBLICATION,
        })
    }

    /// Reads a record; a key of another algorithm or a broken one is an error.
    pub(crate) fn read(record: &SigningKeyRecord) -> Result<Self, ProviderError> {
        if record.algorithm != ALGORITHM {
            return Err(ProviderError::Key(format!("unknown algorithm `{}`", record.algorithm).into()));
        }
        let pkcs8 = record.pkcs8.expose();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(unusable)?;
        // Uncompressed: the byte 4, then both coordinates of 32 bytes.
        let (x, y) = match pair.public_key().as_ref() {
            [4, coordinates @ ..] if coordinates.len() == 64 => coordinates.split_at(32),
            _ => return Err(ProviderError::Key("the public key is no P-256 point".into())),
        };
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        Ok(Self {
            kid: record.kid.clone(),
            active_from: record.active_from,
            published_until: record.published_until,
            public: DecodingKey::from_ec_components(&x, &y).map_err(unusable)?,
            jwk: json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": ALGORITHM, "kid": record.kid, "x": x, "y": y }),
            pair,
        })
    }

    /// Signs claims as a compact JWT of this `typ` (RFC 7515 section 5.1, RFC 7518 section 3.4).
    pub(crate) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, ProviderError> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.kid.clone());
        let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).map_err(unusable)?);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims).map_err(unusable)?, &mut token);
        let signature = self.pair.sign(&SystemRandom::new(), token.as_bytes()).map_err(unusable)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    pub(crate) const fn active_from(&self) -> i64 {
        self.active_from
    }

    /// Whether what it signs now can be verified for as long as it lives.
    pub(crate) const fn may_sign(&self, now: i64) -> bool {
        self.active_from <= now && now + lifetime::ACCESS_TOKEN < self.published_until
    }

    pub(crate) const fn is_published(&self, now: i64) -> bool {
        now < self.published_until
    }

    pub(crate) const fn public(&self) -> &DecodingKey {
        &self.public
    }

    /// The public half as a JWK (RFC 7517).
    pub(crate) const fn jwk(&self) -> &Value {
        &self.jwk
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

fn unusable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ProviderError {
    ProviderError::Key(error.into())
}

const ALGORITHM: &str = "ES256";
