//! What a person is called in front of a client: by their id, or pairwise (OpenID Connect Core section 8).
//!
//! A pairwise subject is base64url(HMAC-SHA-256(secret, sector || user id)): one and the same for the
//! clients of a sector, of no use to those of another.
//!
//! - ID token and userinfo agree: `id_token_and_userinfo_tell_one_pairwise_subject`.
//! - The sector is the one host of the redirect URIs, or configured: `clients_of_a_sector_share_the_subject`.
//! - Without a secret or a sector nobody is named: `without_a_secret_nobody_is_named`.
//! - Access tokens for others agree, those for our own API do not: `an_access_token_for_others_tells_the_pairwise_subject`.
//! - A sign-out knows the person by it: `a_pairwise_hint_signs_out`.
//!
//! # Access tokens
//! Those for other resource servers agree with the ID token. Those for the issuer's own API keep the
//! person's id: the API has to find the person, which nobody can by a hash, and the id is no secret to
//! it. The token is none of the client's business (RFC 9068 section 6), but a client that decodes it
//! nevertheless reads the id. Who must not learn it gets tokens for other resource servers alone.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_core::{Secret, UserId};
use url::{Host, Url};

use crate::{
    ConfigError, ProviderError,
    issuer::is_loopback,
    port::{Client, SubjectType},
    server::Server,
};

/// The secret behind all pairwise subjects.
pub(crate) struct PairwiseKey(hmac::Key);

impl PairwiseKey {
    /// Takes a secret of at least 256 bits.
    pub(crate) fn new(secret: &Secret<Vec<u8>>) -> Result<Self, ConfigError> {
        let long_enough = secret.expose().len() >= 32;
        long_enough.then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, secret.expose()))).ok_or(ConfigError::PairwiseSecret)
    }

    /// The length of an id is fixed, so that no other sector and person make the same text.
    fn subject(&self, sector: &str, user: UserId) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, format!("{sector}{user}").as_bytes()))
    }
}

/// What this client is told in ID tokens, at userinfo and of sign-outs.
pub(crate) fn told_to(server: &Server, client: &Client, user: UserId) -> Result<String, ProviderError> {
    if client.subject_type == SubjectType::Public {
        return Ok(user.to_string());
    }
    let sector = client.sector_identifier.clone().or_else(|| sector_of(&client.redirect_uris));
    match (&server.pairwise, sector) {
        (Some(key), Some(sector)) => Ok(key.subject(&sector, user)),
        _ => Err(ProviderError::Subject(client.client_id.clone())),
    }
}

/// What stands in an access token of this client, for these resources.
pub(crate) fn in_access_token(
    server: &Server,
    client: &Client,
    user: UserId,
    resources: &[String],
) -> Result<String, ProviderError> {
    let own_api = resources.is_empty() || resources.contains(&server.resource_audience);
    if own_api { Ok(user.to_string()) } else { told_to(server, client, user) }
}

/// The one host of these addresses. This machine is no sector: every native application is at home there.
pub(crate) fn sector_of(redirect_uris: &[String]) -> Option<String> {
    let mut hosts = redirect_uris.iter().map(|uri| host(uri));
    let sector = hosts.next()??;
    hosts.all(|host| host.as_ref() == Some(&sector)).then_some(sector)
}

fn host(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok().filter(|url| matches!(url.scheme(), "https" | "http") && !is_loopback(url))?;
    url.host().map(|host: Host<&str>| host.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pairwise_subject_is_the_hmac_of_sector_and_id() {
        let key = PairwiseKey::new(&Secret::new((0..32).collect())).unwrap();
        let ann = "0197a1b2-0000-7000-8000-000000000001".parse().unwrap();
        assert_eq!(key.subject("portal.example.com", ann), "w-vbolm8zHh8JQzikueQFwqKqZBmR8TpWoSEaGVjOzk");
        assert_eq!(key.subject("sector.example", ann), "Oaw1C85bHMlTWZy4sSbhrAjuP_LZ2IuwQJVqYunSKKk");
        assert!(PairwiseKey::new(&Secret::new(vec![0; 31])).is_err());
    }

    #[test]
    fn a_sector_is_one_host_of_ones_own() {
        for (uris, sector) in [
            (&["https://app.example/a", "https://APP.example:8443/b"][..], Some("app.example")),
            (&["https://app.example/a", "https://other.example/a"], None),
            (&["https://app.example/a", "com.example.app:/a"], None),
            (&["http://127.0.0.1/a"], None),
            (&["http://localhost/a"], None),
            (&[], None),
        ] {
            let uris: Vec<String> = uris.iter().map(|uri| (*uri).to_owned()).collect();
            assert_eq!(sector_of(&uris).as_deref(), sector, "{uris:?}");
        }
    }
}
