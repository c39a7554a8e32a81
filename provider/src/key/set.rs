//! The keys of one moment: which one signs, which ones are published, who signed a token.

use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{ProviderError, key::SigningKey, port::SigningKeyRecord};

/// Every key, the earliest first.
#[derive(Debug, Default)]
pub(crate) struct KeySet(Vec<SigningKey>);

impl KeySet {
    /// Reads the records of a store. One broken key does not take the others with it.
    pub(crate) fn read(records: &[SigningKeyRecord]) -> Self {
        let read = |record: &SigningKeyRecord| {
            let unreadable =
                |error: &ProviderError| tracing::error!(kid = %record.kid, %error, "a signing key is left out");
            SigningKey::read(record).inspect_err(unreadable).ok()
        };
        let mut keys: Vec<SigningKey> = records.iter().filter_map(read).collect();
        keys.sort_by_key(SigningKey::active_from);
        Self(keys)
    }

    /// The key that signs now: the latest that is active.
    pub(crate) fn signing(&self, now: i64) -> Option<&SigningKey> {
        self.0.iter().rev().find(|key| key.may_sign(now))
    }

    /// The latest key, active or waiting.
    pub(crate) fn latest(&self) -> Option<&SigningKey> {
        self.0.last()
    }

    /// The keys whose time is over.
    pub(crate) fn past_publication(&self, now: i64) -> impl Iterator<Item = &SigningKey> {
        self.0.iter().filter(move |key| !key.is_published(now))
    }

    /// The published keys as a JWK set (RFC 7517 section 5).
    pub(crate) fn public_keys(&self, now: i64) -> Value {
        let keys: Vec<&Value> = self.0.iter().filter(|key| key.is_published(now)).map(SigningKey::jwk).collect();
        json!({ "keys": keys })
    }

    /// The claims of a token that one of these keys signed as this `typ`; `None` for any other text.
    ///
    /// # Security
    /// Signature, algorithm and `typ` alone: issuer, audience and time are the caller's to validate.
    pub(crate) fn verify<C: DeserializeOwned>(&self, token: &str, typ: &str, now: i64) -> Option<C> {
        self.verify_by_key(token, typ, now).map(|(_, claims)| claims)
    }

    /// The same, with the id of the key.
    pub(crate) fn verify_by_key<C: DeserializeOwned>(&self, token: &str, typ: &str, now: i64) -> Option<(String, C)> {
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some(typ) || header.crit.is_some() {
            return None;
        }
        let kid = header.kid?;
        let key = self.published(&kid, now)?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        decode(token, key.public(), &validation).ok().map(|token| (kid, token.claims))
    }

    /// The published key of this id.
    pub(crate) fn published(&self, kid: &str, now: i64) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.kid() == kid && key.is_published(now))
    }
}
