//! An issuer's verification keys.

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

use super::jwk::VerificationKey;

/// A key set (RFC 7517 section 5), read once, each key bound to its algorithm.
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<VerificationKey>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

impl KeySet {
    /// Reads a key set. Keys that are not understood or not for signatures are passed over: one
    /// bad key takes no other with it.
    ///
    /// # Errors
    /// When it is no key set at all.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        super::install_crypto();
        let document: Document = serde_json::from_slice(json)?;
        Ok(Self(document.keys.iter().filter_map(VerificationKey::from_jwk).collect()))
    }

    /// Whether there is no usable key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a key of this id is known.
    pub(super) fn knows(&self, kid: Option<&str>) -> bool {
        self.find(kid).is_some()
    }

    /// The key for a token's `kid`; a token without one is served only where there is one key.
    pub(super) fn find(&self, kid: Option<&str>) -> Option<(Algorithm, &DecodingKey)> {
        let key = match (kid, self.0.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid))?,
            (None, [only]) => only,
            (None, _) => return None,
        };
        Some((key.algorithm, &key.key))
    }
}
