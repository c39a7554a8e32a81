//! Nonces for proofs (RFC 9449 section 8), told apart from others without being kept.

use aws_lc_rs::{hmac, rand::SystemRandom};
use axum::response::Response;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderName, HeaderValue};
use portcullis_core::Secret;

use crate::{ConfigError, random};

/// Makes and knows nonces: each is the HMAC of its slice of time.
///
/// # Security
/// A nonce only shows that a proof was not made long before. That it is used once is the work of its `jti`, so that
/// all clients may share the nonce of a slice.
#[derive(Debug)]
pub(crate) struct Nonces {
    key: hmac::Key,
    demanded: bool,
}

/// How long a nonce is the one that is given out, in seconds; the one before and, for nodes whose clocks differ,
/// the one after are good too.
const SLICE: i64 = 120;

impl Nonces {
    /// Nonces under a secret that nodes share, or under one of this process.
    pub(crate) fn new(secret: Option<&Secret<[u8; 32]>>, demanded: bool) -> Result<Self, ConfigError> {
        let key = match secret {
            Some(secret) => hmac::Key::new(hmac::HMAC_SHA256, secret.expose()),
            None => {
                hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).map_err(|_| ConfigError::Randomness)?
            }
        };
        Ok(Self { key, demanded })
    }

    pub(crate) const fn are_demanded(&self) -> bool {
        self.demanded
    }

    /// Whether a nonce is ours and not over.
    pub(crate) fn accept(&self, nonce: &str, now: i64) -> bool {
        let slice = now.div_euclid(SLICE);
        [slice - 1, slice, slice + 1].into_iter().any(|slice| random::same(&self.of_slice(slice), nonce))
    }

    /// Puts a fresh nonce into an answer, where one is demanded (RFC 9449 section 8.2).
    pub(crate) fn offer(&self, mut answer: Response, now: i64) -> Response {
        let nonce =
            self.demanded.then(|| HeaderValue::try_from(self.of_slice(now.div_euclid(SLICE)))).and_then(Result::ok);
        if let Some(nonce) = nonce {
            answer.headers_mut().insert(DPOP_NONCE, nonce);
        }
        answer
    }

    fn of_slice(&self, slice: i64) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, format!("dpop-nonce\n{slice}").as_bytes()))
    }
}

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_good_for_a_slice_or_two() {
        let nonces = Nonces::new(None, true).unwrap();
        let nonce = nonces.of_slice(10);
        for (now, good) in [(8 * SLICE, false), (9 * SLICE, true), (10 * SLICE, true), (12 * SLICE - 1, true)] {
            assert_eq!(nonces.accept(&nonce, now), good, "{now}");
        }
        assert!(!nonces.accept(&nonce, 12 * SLICE) && !nonces.accept("", 10 * SLICE));
    }

    #[test]
    fn nodes_with_one_secret_know_each_others_nonces() {
        let shared = Secret::new([7; 32]);
        let [one, other] = [(); 2].map(|()| Nonces::new(Some(&shared), true).unwrap());
        assert!(other.accept(&one.of_slice(10), 10 * SLICE));
        assert!(!Nonces::new(None, true).unwrap().accept(&one.of_slice(10), 10 * SLICE));
    }
}
