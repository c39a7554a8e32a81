//! Grants from a remote HTTP API.
//!
//! `GET {endpoint}?issuer=…&subject=…&organization=…` answers 200
//! `{"roles": […], "permissions": […]}`, or 404 for "no membership". What happens to an answer:
//!
//! 1. younger than `fresh`: used;
//! 2. older, younger than `stale`: used, and asked for again in the background;
//! 3. older, or none: asked for now, within `timeout`; if that fails, 503.
//!
//! Concurrent questions for the same principal and organization are one question.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use portcullis_core::{GrantSet, RoleSet, Secret};
use quick_cache::sync::Cache;
use serde::Deserialize;
use url::Url;

use super::{GrantError, GrantQuery, GrantSource, Loaded};
use crate::Clock;

/// How a grant API is asked.
#[derive(Clone, Debug)]
pub struct RemoteGrantsConfig {
    /// Where.
    pub endpoint: Url,
    /// The bearer token that we present there.
    pub token: Option<Secret<String>>,
    /// How long one question may take.
    pub timeout: Duration,
    /// How long an answer is used without asking again, in seconds.
    pub fresh: i64,
    /// How long an answer is used at all, in seconds: what is older is not believed.
    pub stale: i64,
    /// How many answers are kept.
    pub capacity: usize,
}

/// A remote API as a source of grants. See the module docs.
#[derive(Clone)]
pub struct RemoteGrants(Arc<Inner>);

struct Inner {
    config: RemoteGrantsConfig,
    http: reqwest::Client,
    clock: Clock,
    answers: Cache<Key, Answer>,
    asking: Cache<Key, Arc<tokio::sync::Mutex<()>>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    issuer: Arc<str>,
    subject: Arc<str>,
    organization: String,
}

#[derive(Clone, Debug)]
struct Answer {
    stated: Option<Arc<Stated>>,
    at: i64,
}

/// What the API states.
#[derive(Debug, Deserialize)]
struct Stated {
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    permissions: Vec<String>,
}

impl RemoteGrants {
    /// A source on this API.
    #[must_use]
    pub fn new(config: RemoteGrantsConfig, http: reqwest::Client, clock: Clock) -> Self {
        let (answers, asking) = (Cache::new(config.capacity), Cache::new(config.capacity));
        Self(Arc::new(Inner { config, http, clock, answers, asking }))
    }

    async fn answer(&self, key: &Key) -> Result<Answer, GrantError> {
        let inner = &self.0;
        if let Some(known) = inner.answers.get(key) {
            let age = inner.clock.now() - known.at;
            if age < inner.config.fresh {
                return Ok(known);
            }
            if age < inner.config.stale {
                self.refresh_in_background(key.clone());
                return Ok(known);
            }
        }
        self.ask_once(key, inner.clock.now()).await
    }

    fn refresh_in_background(&self, key: Key) {
        let this = self.clone();
        tokio::spawn(async move {
            let since = this.0.clock.now();
            if let Err(error) = this.ask_once(&key, since).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a grant answer stays stale");
            }
        });
    }

    /// Asks, unless somebody else has asked since.
    async fn ask_once(&self, key: &Key, since: i64) -> Result<Answer, GrantError> {
        let turn = self.0.asking.get_or_insert_with(key, || Ok::<_, GrantError>(Arc::default()))?;
        let _turn = turn.lock().await;
        if let Some(known) = self.0.answers.get(key)
            && known.at >= since
            && self.0.clock.now() - known.at < self.0.config.fresh
        {
            return Ok(known);
        }
        let stated = self.ask(key).await?;
        let answer = Answer { stated: stated.map(Arc::new), at: self.0.clock.now() };
        self.0.answers.insert(key.clone(), answer.clone());
        Ok(answer)
    }

    async fn ask(&self, key: &Key) -> Result<Option<Stated>, GrantError> {
        let remote = |error: reqwest::Error| GrantError::Remote(error.without_url().to_string());
        let mut url = self.0.config.endpoint.clone();
        url.query_pairs_mut()
            .append_pair("issuer", &key.issuer)
            .append_pair("subject", &key.subject)
            .append_pair("organization", &key.organization);
        let mut request = self.0.http.get(url).timeout(self.0.config.timeout);
        if let Some(token) = &self.0.config.token {
            request = request.bearer_auth(token.expose());
        }
        let response = request.send().await.map_err(remote)?;
        match response.status().as_u16() {
            200 => response.json().await.map(Some).map_err(remote),
            404 => Ok(None),
            status => Err(GrantError::Remote(format!("status {status}"))),
        }
    }
}

impl std::fmt::Debug for RemoteGrants {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RemoteGrants").field(&self.0.config).finish()
    }
}

#[async_trait]
impl GrantSource for RemoteGrants {
    async fn load(&self, query: &GrantQuery<'_>) -> Result<Loaded, GrantError> {
        let key = Key {
            issuer: Arc::clone(&query.principal.subject.issuer),
            subject: Arc::clone(&query.principal.subject.id),
            organization: query.organization.slug.to_string(),
        };
        let answer = self.answer(&key).await?;
        let grants = answer.stated.as_ref().map(|stated| {
            let roles: RoleSet = stated.roles.iter().map(String::as_str).collect();
            let permissions = stated.permissions.iter().filter_map(|key| query.vocabulary.find(key)).collect();
            let permissions = query.roles.table.expand(&roles).union(&permissions);
            GrantSet::new(roles.iter().cloned(), permissions, query.roles.revision)
        });
        let fresh_until = (answer.at + self.0.config.fresh).max(self.0.clock.now() + 1);
        Ok(Loaded { grants, fresh_until: Some(fresh_until) })
    }
}
