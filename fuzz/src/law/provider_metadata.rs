//! Metadata of an identity provider (OpenID Connect Discovery section 3): the browser goes where it says, or nowhere.

use portcullis_middleware::login::ProviderMetadata;
use url::Url;

use crate::{
    input::values,
    relying_party::{Departure, ISSUER, RelyingParty},
    runtime::block_on,
};

/// The input is the metadata.
pub fn provider_metadata(data: &[u8]) {
    block_on(async {
        let relying_party = RelyingParty::of(data);
        let answer = relying_party.begin("/").await;
        let Some(location) = answer.location() else {
            assert_eq!(answer.status, 503, "{answer:?}");
            return;
        };
        let metadata: ProviderMetadata = serde_json::from_slice(data).expect("metadata that is used is metadata");
        assert_eq!(metadata.issuer, ISSUER);
        let (sent, stated) = (Url::parse(location).expect("a URL"), metadata.authorization_endpoint);
        assert_eq!((sent.scheme(), sent.host(), sent.port()), (stated.scheme(), stated.host(), stated.port()));
        assert_eq!(sent.path(), stated.path());
        let query = sent.query().unwrap_or_default();
        for name in ["state", "nonce", "code_challenge"] {
            assert!(values(query, name).last().is_some_and(|value| value.len() >= 22), "{location}");
        }
        // Whatever the rest says: an empty answer for the code signs nobody in.
        let departure = Departure::of(&answer);
        let arrived = relying_party.arrive(&departure, "{}").await;
        assert!(!relying_party.knows(&arrived, &departure).await, "{arrived:?}");
    });
}
