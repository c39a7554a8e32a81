//! Makes a client's proofs of possession (DPoP, RFC 9449), and sends what they are for.
//!
//! 1. A proof is for one request: a name of its own, method, address without query and fragment, time, the digest
//!    of the access token where there is one (section 4.2).
//! 2. It carries the last nonce of the server; a server that asks for another is asked once more, and no more
//!    (sections 8 and 9).

use std::{fmt, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header::WWW_AUTHENTICATE};
use oauth2::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use super::{ProofKey, UnusableKey, nonces::Nonces};
use crate::{
    Clock,
    dpop::{Thumbprint, sha256},
    login::{BackChannel, Unreachable},
};

/// RFC 9449 section 4.1.
pub(super) const DPOP: HeaderName = HeaderName::from_static("dpop");

/// Where a server wants a nonce of its own (RFC 9449 sections 8 and 9).
const USE_DPOP_NONCE: &str = "use_dpop_nonce";

/// A client's key, and what its servers want in proofs. Clones share what they were told.
#[derive(Clone)]
pub(crate) struct Prover(Arc<Inner>);

struct Inner {
    key: ProofKey,
    nonces: Nonces,
    clock: Clock,
}

/// RFC 9449 section 4.2.
#[derive(Serialize)]
struct Claims<'a> {
    jti: String,
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
}

impl Prover {
    pub(crate) fn new(key: ProofKey, clock: Clock) -> Self {
        Self(Arc::new(Inner { key, nonces: Nonces::default(), clock }))
    }

    pub(crate) fn thumbprint(&self) -> &Thumbprint {
        self.0.key.thumbprint()
    }

    /// A proof for one request.
    pub(super) fn proof(
        &self,
        method: &Method,
        url: &Url,
        access_token: Option<&str>,
    ) -> Result<HeaderValue, UnusableKey> {
        let target = target(url);
        let claims = Claims {
            jti: Uuid::new_v4().to_string(),
            htm: method.as_str(),
            htu: target.as_str(),
            iat: self.0.clock.now(),
            ath: access_token.map(sha256),
            nonce: self.0.nonces.of(url),
        };
        HeaderValue::try_from(self.0.key.sign(&claims)?).map_err(|_| UnusableKey)
    }

    /// Takes note of the nonce of an answer; whether there was one, and the answer asks for it.
    pub(super) fn hear(&self, url: &Url, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> bool {
        self.0.nonces.remember(url, headers) && asks_for_nonce(status, headers, body)
    }

    /// Sends a request with a proof; once more, made anew, where the server asks for a nonce that it brings.
    pub(super) async fn send<E>(
        &self,
        channel: &BackChannel,
        access_token: Option<&str>,
        make: impl Fn() -> Result<HttpRequest, E>,
    ) -> Result<HttpResponse, E>
    where
        E: From<Unreachable> + From<UnusableKey>,
    {
        let (url, response) = self.send_once::<E>(channel, access_token, make()?).await?;
        if self.hear(&url, response.status(), response.headers(), response.body()) {
            let (url, response) = self.send_once::<E>(channel, access_token, make()?).await?;
            self.hear(&url, response.status(), response.headers(), response.body());
            return Ok(response);
        }
        Ok(response)
    }

    async fn send_once<E>(
        &self,
        channel: &BackChannel,
        access_token: Option<&str>,
        mut request: HttpRequest,
    ) -> Result<(Url, HttpResponse), E>
    where
        E: From<Unreachable> + From<UnusableKey>,
    {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| Unreachable::new("no address"))?;
        let proof = self.proof(request.method(), &url, access_token)?;
        request.headers_mut().insert(DPOP, proof);
        Ok((url, channel.send(request).await?))
    }
}

/// The address as a proof names it, spelled as it is asked: whoever normalises and whoever does not finds it.
fn target(url: &Url) -> Url {
    let mut target = url.clone();
    target.set_query(None);
    target.set_fragment(None);
    target
}

/// 400 at an authorization server (RFC 9449 section 8), 401 at a resource server (section 9).
fn asks_for_nonce(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
    }
    match status {
        StatusCode::BAD_REQUEST => serde_json::from_slice(body).is_ok_and(|Refusal { error }| error == USE_DPOP_NONCE),
        StatusCode::UNAUTHORIZED => {
            headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|challenge| challenge.to_str().ok()).any(is_about_nonce)
        }
        _ => false,
    }
}

/// Whether a challenge of the scheme `DPoP` says so; others may stand before it.
fn is_about_nonce(challenge: &str) -> bool {
    let unquoted = challenge.replace('"', "");
    let mut words = unquoted.split([' ', ',', '\t']).filter(|word| !word.is_empty());
    words.any(|word| word.eq_ignore_ascii_case("DPoP"))
        && words.any(|word| word.split_once('=') == Some(("error", USE_DPOP_NONCE)))
}

impl fmt::Debug for Prover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prover").field(&self.0.key).finish()
    }
}

#[cfg(test)]
mod tests {
    use portcullis_core::Secret;

    use super::*;
    use crate::dpop::{Expected, Target, verify};

    const NOW: i64 = 1_562_262_616;

    fn prover() -> Prover {
        Prover::new(
            ProofKey::derive(&Secret::new([7; 32]), "https://id.example", "portal").unwrap(),
            Clock::from_fn(|| NOW),
        )
    }

    fn text(proof: &HeaderValue) -> &str {
        proof.to_str().unwrap()
    }

    /// The token of RFC 9449 section 7.1, and the digest that it has there.
    #[test]
    fn a_proof_names_the_token_as_in_the_standard() {
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        assert_eq!(sha256(token), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    }

    #[test]
    fn our_own_check_finds_every_proof_good() {
        let (prover, token) = (prover(), "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
        for (method, url, access_token) in [
            (Method::POST, "https://server.example.com/token", None),
            (Method::GET, "https://resource.example.org/protectedresource?page=2#top", Some(token)),
            (Method::DELETE, "https://api.example:8443/a%20b/%7Ejoe/%2F", Some(token)),
            (Method::GET, "http://[::1]:3000", Some(token)),
        ] {
            let url: Url = url.parse().unwrap();
            let proof = prover.proof(&method, &url, access_token).unwrap();
            let target = Target::parse(url.as_str()).unwrap();
            let expected = Expected { method: &method, target: &target, access_token, nonce: None, now: NOW };
            let verified = verify(text(&proof), &expected).unwrap();
            assert_eq!(verified.thumbprint(), prover.thumbprint(), "{url}");
            let again = prover.proof(&method, &url, access_token).unwrap();
            assert_ne!(verify(text(&again), &expected).unwrap().name(), verified.name(), "each has a name of its own");
        }
    }

    #[test]
    fn a_proof_carries_the_nonce_of_its_server() {
        let (prover, url): (_, Url) = (prover(), "https://server.example.com/token".parse().unwrap());
        let nonce = HeaderMap::from_iter([(HeaderName::from_static("dpop-nonce"), HeaderValue::from_static("n-1"))]);
        assert!(!prover.hear(&url, StatusCode::OK, &nonce, b"{}"), "an answer like any other");
        let proof = prover.proof(&Method::POST, &url, None).unwrap();
        let target = Target::parse(url.as_str()).unwrap();
        let ours = |nonce: &str| nonce == "n-1";
        let expected =
            Expected { method: &Method::POST, target: &target, access_token: None, nonce: Some(&ours), now: NOW };
        assert!(verify(text(&proof), &expected).is_ok());
    }

    #[test]
    fn only_the_demand_for_a_nonce_is_one() {
        let challenge = |text: &'static str| HeaderMap::from_iter([(WWW_AUTHENTICATE, HeaderValue::from_static(text))]);
        let (bad, unauthorized) = (StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED);
        let none = HeaderMap::new;
        for (status, headers, body, asks) in [
            (bad, none(), r#"{"error":"use_dpop_nonce"}"#, true),
            (bad, none(), r#"{"error":"invalid_grant"}"#, false),
            (bad, none(), "use_dpop_nonce", false),
            (unauthorized, none(), r#"{"error":"use_dpop_nonce"}"#, false),
            (unauthorized, challenge(r#"DPoP error="use_dpop_nonce", algs="ES256""#), "", true),
            (unauthorized, challenge(r#"Bearer realm="a b", dpop realm="c",error=use_dpop_nonce"#), "", true),
            (unauthorized, challenge(r#"DPoP error="invalid_token""#), "", false),
            (unauthorized, challenge(r#"Bearer error="use_dpop_nonce""#), "", false),
            (StatusCode::OK, challenge(r#"DPoP error="use_dpop_nonce""#), "", false),
        ] {
            assert_eq!(asks_for_nonce(status, &headers, body.as_bytes()), asks, "{status} {headers:?} {body}");
        }
    }
}
