//! Whose bearer tokens the API accepts: the embedded server's, and those configured.

use std::sync::Arc;

use async_trait::async_trait;
use jsonwebtoken::Algorithm;
use portcullis_middleware::{
    Clock,
    port::StoreError,
    token::{ClaimPaths, Expectations, KeySource, Keys, RevocationList, TrustedIssuer, Unbound},
};
use portcullis_provider::Provider;
use url::Url;

use super::LOCAL;
use crate::server::config::{ConfigError, Settings};

/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 30;

/// The embedded issuer first, then those of the configuration.
///
/// # Errors
/// When an issuer or algorithm cannot be read.
pub(crate) fn trusted_issuers(
    settings: &Settings,
    provider: &Provider,
    http: &reqwest::Client,
    clock: &Clock,
) -> Result<Vec<TrustedIssuer>, ConfigError> {
    let mut issuers = vec![embedded(provider, http, clock)];
    for (at, one) in settings.trusted_issuers.iter().enumerate() {
        let wrong = |key: &str, why: String| ConfigError::Value { key: format!("trusted_issuers[{at}].{key}"), why };
        let algorithms = one
            .algorithms
            .iter()
            .map(|name| name.parse::<Algorithm>().map_err(|_| wrong("algorithms", format!("`{name}` is not known"))))
            .collect::<Result<Vec<_>, _>>()?;
        if algorithms.iter().any(|one| matches!(one, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)) {
            return Err(wrong("algorithms", "a shared secret proves no issuer".into()));
        }
        let source = match &one.jwks_uri {
            Some(uri) => KeySource::Uri(uri.clone()),
            None => KeySource::Discovery(Url::parse(&one.issuer).map_err(|error| wrong("issuer", error.to_string()))?),
        };
        issuers.push(TrustedIssuer {
            provider: one.issuer.as_str().into(),
            expectations: Expectations {
                issuer: one.issuer.clone(),
                audiences: vec![one.audience.clone()],
                algorithms,
                typ: one.typ.clone(),
                leeway: LEEWAY,
            },
            keys: Arc::new(Keys::new(source, http.clone(), clock.clone())),
            claims: one.claims.clone(),
            unbound: Unbound::Memberships,
        });
    }
    Ok(issuers)
}

fn embedded(provider: &Provider, http: &reqwest::Client, clock: &Clock) -> TrustedIssuer {
    let keys = provider.clone();
    let source = KeySource::InProcess(Arc::new(move || keys.public_keys().to_string().into_bytes()));
    TrustedIssuer {
        provider: LOCAL.into(),
        expectations: Expectations {
            issuer: provider.issuer().to_owned(),
            audiences: vec![provider.issuer().to_owned()],
            algorithms: vec![Algorithm::ES256],
            typ: Some("at+jwt".into()),
            leeway: LEEWAY,
        },
        keys: Arc::new(Keys::new(source, http.clone(), clock.clone())),
        claims: ClaimPaths::our_organization(),
        unbound: Unbound::Nothing,
    }
}

/// The revocations of the embedded server.
pub(crate) struct ProviderRevocations(pub(crate) Provider);

#[async_trait]
impl RevocationList for ProviderRevocations {
    async fn is_revoked(&self, jti: &str) -> Result<bool, StoreError> {
        self.0.access_token_revoked(jti).await
    }
}
