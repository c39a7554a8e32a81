//! The thumbprint of a key (RFC 7638): the name that tokens are bound by.

use std::fmt;

use serde_json::Value;

use super::sha256::sha256;

/// The SHA-256 thumbprint of a public key, as `jkt` and `dpop_jkt` carry it (RFC 9449 sections 6.1 and 10).
///
/// ```
/// use portcullis_middleware::dpop::Thumbprint;
/// let jwk = serde_json::json!({
///     "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "no part of it",
/// });
/// assert_eq!(Thumbprint::of(&jwk).unwrap().as_str(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Thumbprint(String);

impl Thumbprint {
    /// The thumbprint of a key (RFC 7638 section 3, RFC 8037 section 2); `None` for a type of key that has no
    /// public part, or where a member is missing.
    #[must_use]
    pub fn of(jwk: &Value) -> Option<Self> {
        // In the order of their names (RFC 7638 section 3.3).
        let required: &[&str] = match jwk.get("kty")?.as_str()? {
            "EC" => &["crv", "kty", "x", "y"],
            "OKP" => &["crv", "kty", "x"],
            "RSA" => &["e", "kty", "n"],
            _ => return None,
        };
        let member = |name: &&str| Some(format!("{}:{}", Value::from(*name), Value::from(jwk.get(name)?.as_str()?)));
        let members = required.iter().map(member).collect::<Option<Vec<_>>>()?;
        Some(Self(sha256(&format!("{{{}}}", members.join(",")))))
    }

    /// Reads a thumbprint that somebody states; `None` for what cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let base64url = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (text.len() == LENGTH && base64url).then(|| Self(text.to_owned()))
    }

    /// The thumbprint as base64url.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 256 bits as base64url.
const LENGTH: usize = 43;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(jwk: &Value) -> String {
        Thumbprint::of(jwk).unwrap().to_string()
    }

    /// RFC 7638 section 3.1.
    #[test]
    fn an_rsa_key_of_the_standard() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRX\
                 jBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSq\
                 zs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHa\
                 Q-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let jwk = json!({ "kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29" });
        assert_eq!(of(&jwk), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    /// RFC 8037 appendix A.3.
    #[test]
    fn an_edwards_key_of_the_standard() {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        assert_eq!(of(&jwk), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    /// RFC 9449 sections 4.1 and 6.1.
    #[test]
    fn an_elliptic_key_of_the_standard() {
        let jwk = json!({
            "kty": "EC", "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA", "crv": "P-256",
        });
        assert_eq!(of(&jwk), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn what_is_no_public_key_has_none() {
        for odd in [json!({}), json!({"kty": "oct", "k": "AA"}), json!({"kty": "EC", "crv": "P-256", "x": "AA"})] {
            assert!(Thumbprint::of(&odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn a_stated_thumbprint_has_its_shape() {
        let good = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        assert_eq!(Thumbprint::parse(good).unwrap().as_str(), good);
        for bad in ["", "short", &good.replace('-', "+"), &format!("{good}A")] {
            assert!(Thumbprint::parse(bad).is_none(), "{bad}");
        }
    }
}
