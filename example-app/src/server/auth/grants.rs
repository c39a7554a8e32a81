//! Which sources of grants count for which provider.

use std::{sync::Arc, time::Duration};

use portcullis_core::Secret;
use portcullis_middleware::{
    Clock,
    grants::{ClaimGrants, DatabaseGrants, GrantSource, GrantSources, RemoteGrants, RemoteGrantsConfig},
    port::{Directory, ENTERPRISE},
};

use super::LOCAL;
use crate::server::config::{GrantOrigin, RemoteGrantSettings, Settings};

/// How many answers of a grant API are kept.
const REMOTE_ANSWERS: usize = 100_000;

/// The sources of every provider and issuer of the configuration.
pub(crate) fn grant_sources(
    settings: &Settings,
    directory: &Arc<dyn Directory>,
    http: &reqwest::Client,
    clock: &Clock,
) -> GrantSources {
    let database: Arc<dyn GrantSource> = Arc::new(DatabaseGrants::new(Arc::clone(directory)));
    let remote = |remote: &RemoteGrantSettings| -> Arc<dyn GrantSource> {
        let config = RemoteGrantsConfig {
            endpoint: remote.endpoint.clone(),
            token: remote.token.clone().map(Secret::new),
            timeout: Duration::from_millis(remote.timeout_ms),
            fresh: remote.fresh,
            stale: remote.stale,
            capacity: REMOTE_ANSWERS,
        };
        Arc::new(RemoteGrants::new(config, http.clone(), clock.clone()))
    };
    let providers = settings
        .identity_providers
        .iter()
        .map(|one| (&one.id, &one.grants, &one.remote, one.organization.iter().cloned().collect::<Vec<_>>()));
    let issuers =
        settings.trusted_issuers.iter().map(|one| (&one.issuer, &one.grants, &one.remote, one.organizations.clone()));
    let ours = DatabaseGrants::new(Arc::clone(directory)).with_services();
    let mut sources =
        GrantSources::new().with_source(LOCAL, Arc::new(ours)).with_source(ENTERPRISE, Arc::clone(&database));
    for (name, origins, api, within) in providers.chain(issuers) {
        for origin in origins {
            let source = match (origin, api) {
                (GrantOrigin::Claims, _) if within.is_empty() => {
                    Arc::new(ClaimGrants::everywhere()) as Arc<dyn GrantSource>
                }
                (GrantOrigin::Claims, _) => Arc::new(ClaimGrants::within(within.clone())),
                (GrantOrigin::Database, _) => Arc::clone(&database),
                (GrantOrigin::Remote, Some(api)) => remote(api),
                (GrantOrigin::Remote, None) => continue,
            };
            sources = sources.with_source(name.as_str(), source);
        }
    }
    sources
}
