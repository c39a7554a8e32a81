//! The nonces that servers gave for proofs (RFC 9449 sections 8 and 9): the last of each origin.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::{HeaderMap, HeaderName};
use url::Url;

/// How many origins are remembered: there are as many as a client has servers, unless it is led about.
const MOST: usize = 256;

/// The longest nonce, in bytes.
const LONGEST: usize = 1024;

/// RFC 9449 section 8.1.
const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The last nonce of each origin.
#[derive(Default)]
pub(super) struct Nonces(Mutex<HashMap<String, String>>);

impl Nonces {
    /// The nonce for a request to this address.
    pub(super) fn of(&self, url: &Url) -> Option<String> {
        self.lock().get(&origin(url)).cloned()
    }

    /// Remembers the nonce of an answer from this address; whether there was one.
    pub(super) fn remember(&self, url: &Url, answer: &HeaderMap) -> bool {
        let Some(nonce) = lone_nonce(answer) else { return false };
        let mut known = self.lock();
        let origin = origin(url);
        if known.len() >= MOST && !known.contains_key(&origin) {
            known.clear();
        }
        known.insert(origin, nonce.to_owned());
        true
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// RFC 9449 section 8.1: a nonce is of visible ASCII without `"` and `\`; of two, neither counts.
fn lone_nonce(answer: &HeaderMap) -> Option<&str> {
    let mut lines = answer.get_all(DPOP_NONCE).iter();
    let nonce = lines.next()?.to_str().ok()?;
    let fits = nonce.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    (lines.next().is_none() && fits && (1..=LONGEST).contains(&nonce.len())).then_some(nonce)
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(nonces: &[&str]) -> HeaderMap {
        nonces.iter().map(|nonce| (DPOP_NONCE, nonce.parse().unwrap())).collect()
    }

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_nonce_of_each_origin_counts() {
        let nonces = Nonces::default();
        let api = url("https://api.example/a?b#c");
        assert!(nonces.of(&api).is_none());
        assert!(nonces.remember(&api, &answer(&["one"])) && nonces.remember(&api, &answer(&["two"])));
        assert_eq!(nonces.of(&url("https://api.example:443/elsewhere")).as_deref(), Some("two"));
        for other in ["http://api.example/a", "https://api.example:8443/a", "https://id.example/a"] {
            assert!(nonces.of(&url(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn what_is_no_nonce_changes_nothing() {
        let (nonces, api) = (Nonces::default(), url("https://api.example"));
        nonces.remember(&api, &answer(&["one"]));
        let long = "n".repeat(LONGEST + 1);
        for odd in [&[][..], &[""], &["a b"], &["a\"b"], &["a\\b"], &["two", "three"], &[long.as_str()]] {
            assert!(!nonces.remember(&api, &answer(odd)), "{odd:?}");
        }
        assert_eq!(nonces.of(&api).as_deref(), Some("one"));
    }

    #[test]
    fn no_more_origins_than_so_many_are_remembered() {
        let nonces = Nonces::default();
        for number in 0..=MOST {
            nonces.remember(&url(&format!("https://{number}.example")), &answer(&["one"]));
        }
        assert!(nonces.lock().len() <= MOST && nonces.of(&url(&format!("https://{MOST}.example"))).is_some());
    }
}
