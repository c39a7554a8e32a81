//! The key whose possession a client proves (DPoP, RFC 9449 section 4): ES256.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_core::Secret;
use serde::Serialize;
use serde_json::json;

use super::UnusableKey;
use crate::dpop::Thumbprint;

/// A digest is no private key once in 2³² times; so many in a row are never none.
const ATTEMPTS: u8 = 8;

/// A private key to which a server binds the tokens that it gives. Clones are the same key.
///
/// ```
/// use portcullis_core::Secret;
/// use portcullis_middleware::oauth_client::ProofKey;
/// let secret = Secret::new([7; 32]);
/// let key = |server| ProofKey::derive(&secret, server, "portal").unwrap();
/// assert_eq!(key("https://id.example").thumbprint(), key("https://id.example").thumbprint());
/// assert_ne!(key("https://id.example").thumbprint(), key("https://other.example").thumbprint());
/// ```
#[derive(Clone)]
pub struct ProofKey(Arc<Inner>);

struct Inner {
    pair: EcdsaKeyPair,
    /// The header of every proof, encoded: it holds the public key and never changes.
    header: String,
    thumbprint: Thumbprint,
}

impl ProofKey {
    /// The key of one client at one server, the same wherever the secret is: nodes that share it use each other's
    /// tokens, and nothing has to be kept. No two servers see one key. `server` is its issuer, or whatever else
    /// names it for good.
    ///
    /// # Errors
    /// When the cryptography makes no key of it, which is as likely as guessing one.
    ///
    /// # Security
    /// Whoever has the secret has every key. A new secret, or another name, leaves tokens without their key: they
    /// have to be renewed.
    pub fn derive(secret: &Secret<[u8; 32]>, server: &str, client_id: &str) -> Result<Self, UnusableKey> {
        let deriving = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        // No line feed stands in a client id or in a URL: no two pairs are one text.
        let number =
            |attempt: u8| hmac::sign(&deriving, format!("proof key {attempt}\n{server}\n{client_id}").as_bytes());
        (0..ATTEMPTS).find_map(|attempt| Self::of_number(number(attempt).as_ref()).ok()).ok_or(UnusableKey)
    }

    /// A P-256 key in PKCS #8 (DER), where one is kept.
    ///
    /// # Errors
    /// When it is no such key.
    pub fn es256(pkcs8: &[u8]) -> Result<Self, UnusableKey> {
        Self::of_pair(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(|_| UnusableKey)?)
    }

    /// Its name at servers: what tokens are bound to, and what `dpop_jkt` says (RFC 9449 sections 6.1 and 10).
    #[must_use]
    pub fn thumbprint(&self) -> &Thumbprint {
        &self.0.thumbprint
    }

    /// A proof with these claims.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, UnusableKey> {
        let claims = serde_json::to_vec(claims).map_err(|_| UnusableKey)?;
        let message = format!("{}.{}", self.0.header, URL_SAFE_NO_PAD.encode(claims));
        let signature = self.0.pair.sign(&SystemRandom::new(), message.as_bytes()).map_err(|_| UnusableKey)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The key with this private number, if the curve has it.
    fn of_number(number: &[u8]) -> Result<Self, UnusableKey> {
        let private = PrivateKey::from_private_key(&ECDH_P256, number).map_err(|_| UnusableKey)?;
        let public = private.compute_public_key().map_err(|_| UnusableKey)?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, number, public.as_ref());
        Self::of_pair(pair.map_err(|_| UnusableKey)?)
    }

    fn of_pair(pair: EcdsaKeyPair) -> Result<Self, UnusableKey> {
        // Uncompressed: the byte 4, then both coordinates (RFC 7518 section 6.2.1).
        let point = pair.public_key().as_ref().strip_prefix(&[4]).ok_or(UnusableKey)?;
        let (x, y) = point.split_at_checked(32).ok_or(UnusableKey)?;
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        let thumbprint = Thumbprint::of(&jwk).ok_or(UnusableKey)?;
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        Ok(Self(Arc::new(Inner { pair, header, thumbprint })))
    }
}

impl fmt::Debug for ProofKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProofKey").field(&self.0.thumbprint.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(hex: &str) -> Vec<u8> {
        let pairs = hex.as_bytes().chunks(2);
        pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    /// RFC 6979 appendix A.2.5.
    #[test]
    fn a_private_number_has_the_public_key_of_the_standard() {
        let private = number("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
        let [x, y] = [
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
            "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
        ]
        .map(|hex| URL_SAFE_NO_PAD.encode(number(hex)));
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
        let key = ProofKey::of_number(&private).unwrap();
        assert_eq!(key.thumbprint(), &Thumbprint::of(&jwk).unwrap());
        let header = URL_SAFE_NO_PAD.decode(&key.0.header).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header, json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk }), "and nothing of the private one");
    }

    #[test]
    fn what_the_curve_does_not_have_is_no_key() {
        for odd in [vec![0; 32], vec![0xff; 32], vec![1; 31], vec![1; 33], Vec::new()] {
            assert!(ProofKey::of_number(&odd).is_err(), "{odd:?}");
        }
        assert!(ProofKey::es256(b"no key").is_err());
    }

    /// A change here would cost every bound token.
    #[test]
    fn the_key_of_a_client_stays_the_same() {
        let key = ProofKey::derive(&Secret::new([7; 32]), "https://id.example", "portal").unwrap();
        assert_eq!(key.thumbprint().as_str(), "K_t1Hxt_yTTs2Pr6piWvzQTBa57jUm6BC13gGQwuKR0");
        for (secret, server, client) in [
            (8, "https://id.example", "portal"),
            (7, "https://id.example/", "portal"),
            (7, "https://id.example", "other"),
        ] {
            let other = ProofKey::derive(&Secret::new([secret; 32]), server, client).unwrap();
            assert_ne!(key.thumbprint(), other.thumbprint(), "{server} {client}");
        }
        assert_eq!(format!("{key:?}"), format!("ProofKey({:?})", key.thumbprint().as_str()));
    }
}
