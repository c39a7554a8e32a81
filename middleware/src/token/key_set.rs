//! An issuer's verification keys.

use serde::Deserialize;

use super::jwk::VerificationKey;

/// A key set (RFC 7517 section 5), read once, each key bound to its algorithm.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<VerificationKey>,
    /// Counts the changes of the issuer's keys: what another edition verified is verified again.
    pub(super) edition: u64,
}

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
        let document: Document = serde_json::from_slice(json)?;
        Ok(Self { keys: document.keys.iter().filter_map(VerificationKey::from_jwk).collect(), edition: 0 })
    }

    /// Whether there is no usable key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether a key of this id is known.
    pub(super) fn knows(&self, kid: Option<&str>) -> bool {
        self.find(kid).is_some()
    }

    /// The key for a token's `kid`; a token without one is served only where there is one key.
    pub(super) fn find(&self, kid: Option<&str>) -> Option<&VerificationKey> {
        match (kid, self.keys.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}
