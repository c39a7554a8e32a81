//! How a client proves itself (RFC 6749 section 2.3, RFC 7523 section 2.2).

use base64::{Engine, engine::general_purpose::STANDARD};
use portcullis_core::Secret;
use url::form_urlencoded;

use super::{ClientKey, UnusableKey};

/// How a client proves itself at an authorization server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// A public client.
    None,
    /// By an assertion that a key signs (`private_key_jwt`): no secret ever travels.
    PrivateKeyJwt(ClientKey),
    /// By a secret in the `Authorization` header (`client_secret_basic`).
    SecretBasic(Secret<String>),
    /// By a secret in the form (`client_secret_post`), where a server takes no other.
    SecretPost(Secret<String>),
}

/// What a request needs for the proof.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) authorization: Option<String>,
    pub(super) fields: Vec<(&'static str, String)>,
}

impl ClientAuthentication {
    /// Whether a request that is proven so names the client in its form.
    pub(super) const fn states_client_id(&self) -> bool {
        !matches!(self, Self::SecretBasic(_))
    }

    /// The proof for one request.
    pub(super) fn prove(&self, client_id: &str, now: i64) -> Result<Proof, UnusableKey> {
        let id = ("client_id", client_id.to_owned());
        Ok(match self {
            Self::None => Proof { authorization: None, fields: vec![id] },
            Self::PrivateKeyJwt(key) => {
                let assertion = ("client_assertion", key.assertion(client_id, now)?);
                let kind = ("client_assertion_type", ASSERTION_TYPE.to_owned());
                Proof { authorization: None, fields: vec![id, kind, assertion] }
            }
            Self::SecretBasic(secret) => {
                Proof { authorization: Some(basic(client_id, secret.expose())), fields: Vec::new() }
            }
            Self::SecretPost(secret) => {
                let secret = ("client_secret", secret.expose().clone());
                Proof { authorization: None, fields: vec![id, secret] }
            }
        })
    }
}

/// RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
fn basic(client_id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(client_id), encode(secret))))
}

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_of_basic_are_form_encoded() {
        let encoded = basic("a:b", "c d+%").strip_prefix("Basic ").map(|text| STANDARD.decode(text).unwrap());
        assert_eq!(encoded.unwrap(), b"a%3Ab:c+d%2B%25");
    }
}
