//! The keys of a client (RFC 7517 section 5): public and asymmetric ones alone.

use portcullis_middleware::token::KeySet;
use serde_json::Value;

/// A client's key set cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnusableKeys(&'static str);

impl UnusableKeys {
    /// What is wrong with it.
    pub(crate) const fn description(self) -> &'static str {
        self.0
    }
}

/// Reads a key set.
///
/// # Security
/// A set with a private part is refused as a whole: whoever published it has lost the key.
pub(crate) fn read(jwks: &Value) -> Result<KeySet, UnusableKeys> {
    let keys = jwks.get("keys").and_then(Value::as_array).ok_or(UnusableKeys("`jwks` is no key set"))?;
    if keys.len() > MOST {
        return Err(UnusableKeys("`jwks` holds too many keys"));
    }
    if keys.iter().any(|key| SECRET.iter().any(|member| key.get(member).is_some())) {
        return Err(UnusableKeys("`jwks` holds a private or symmetric key"));
    }
    let set = KeySet::parse(jwks.to_string().as_bytes()).map_err(|_| UnusableKeys("`jwks` is no key set"))?;
    if set.is_empty() { Err(UnusableKeys("`jwks` holds no key that verifies signatures")) } else { Ok(set) }
}

/// Members of private and symmetric keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const SECRET: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// How many keys a client may have: a few to rotate, and another algorithm or two.
const MOST: usize = 16;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7517 appendix A.1 and A.2: the same key, public and private.
    #[test]
    fn public_asymmetric_keys_alone() {
        let (x, y) = ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
        let public = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "kid": "1" });
        let with = |name: &str, value: &str| {
            let mut key = public.clone();
            key[name] = value.into();
            json!({ "keys": [key] })
        };
        assert!(read(&json!({ "keys": [public] })).is_ok());
        let private = with("d", "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE");
        let symmetric =
            json!({ "kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75", "alg": "HS256" });
        for bad in [
            private.clone(),
            json!({ "keys": [public, private["keys"][0]] }),
            json!({ "keys": [symmetric] }),
            with("use", "enc"),
            with("crv", "secp256k1"),
            with("alg", "RS256"),
            json!({ "keys": [] }),
            json!({ "keys": vec![public.clone(); MOST + 1] }),
            json!({ "keys": "none" }),
            json!([]),
            json!(null),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }
}
