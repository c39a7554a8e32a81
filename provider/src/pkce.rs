//! Proof key for code exchange (RFC 7636), `S256` alone.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{error::Refusal, params::Params, random};

/// The challenge of an authorization request: 43 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeChallenge(String);

impl CodeChallenge {
    /// The challenge of a request. A missing method would mean `plain`, so it is refused.
    pub(crate) fn of_request(params: &Params) -> Result<Self, Refusal> {
        let challenge = params.required("code_challenge", "`code_challenge` is missing")?;
        if params.one("code_challenge_method")? != Some("S256") {
            return Err(Refusal::invalid_request("`code_challenge_method` has to be `S256`"));
        }
        let sha256 = URL_SAFE_NO_PAD.decode(challenge).is_ok_and(|bytes| bytes.len() == 32);
        if !sha256 {
            return Err(Refusal::invalid_request("`code_challenge` is not the base64url of a SHA-256"));
        }
        Ok(Self(challenge.to_owned()))
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

/// Whether the verifier is the one behind the challenge; in constant time.
pub(crate) fn verifies(challenge: &str, verifier: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
        return false;
    }
    random::same(&challenge_of(verifier), challenge)
}

/// The challenge of a verifier (RFC 7636 section 4.2).
pub(crate) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_verifies() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifies(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!verifies(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"));
        assert!(!verifies(challenge, challenge), "plain");
        assert!(!verifies(challenge, "short"));
    }

    #[test]
    fn only_s256_is_a_method() {
        let challenge = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        for (query, good) in [
            (format!("{challenge}&code_challenge_method=S256"), true),
            (format!("{challenge}&code_challenge_method=plain"), false),
            (challenge.to_owned(), false),
            ("code_challenge=abc&code_challenge_method=S256".to_owned(), false),
            ("code_challenge_method=S256".to_owned(), false),
        ] {
            assert_eq!(CodeChallenge::of_request(&Params::parse(query.as_bytes())).is_ok(), good, "{query}");
        }
    }
}
