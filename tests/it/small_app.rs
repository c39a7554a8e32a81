//! A small application with the middleware, in this process, on a clock of the test's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Request, StatusCode, header};
use jsonwebtoken::Algorithm;
use portcullis_core::permission::{Catalogue, PermissionInfo};
use portcullis_middleware::gate::{Gate, Gated};
use portcullis_middleware::grants::GrantSources;
use portcullis_middleware::port::{ChangeBus, StoreError};
use portcullis_middleware::require::require_login;
use portcullis_middleware::token::{
    ClaimPaths, Expectations, KeySource, Keys, RevocationList, Tokens, TrustedIssuer, Unbound,
};
use portcullis_middleware::{Clock, Organizations};
use portcullis_storage::{Database, SealingKey};
use tower::ServiceExt;

use crate::issuer::{AUDIENCE, Issuer, now};

/// One route that demands a login, for tokens of one issuer.
#[derive(Clone)]
pub(crate) struct SmallApp {
    service: Gated<Router>,
    seconds: Arc<AtomicI64>,
}

#[derive(Clone, Copy, Debug)]
struct Nothing;

impl Catalogue for Nothing {
    const ENTRIES: &'static [PermissionInfo] = &[PermissionInfo::new("nothing:view")];
    const GRANTING: Option<&'static str> = None;
}

#[derive(Debug)]
struct NothingRevoked;

#[async_trait]
impl RevocationList for NothingRevoked {
    async fn is_revoked(&self, _jti: &str) -> Result<bool, StoreError> {
        Ok(false)
    }
}

impl SmallApp {
    /// Trusts the issuer; the clock stands at now.
    pub(crate) async fn trusting(issuer: &Issuer) -> Self {
        let seconds = Arc::new(AtomicI64::new(now()));
        let ticking = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || ticking.load(Ordering::SeqCst));
        let changes = ChangeBus::default();
        let key = SealingKey::generate().unwrap();
        let database = Database::connect("sqlite::memory:", Nothing::VOCABULARY, changes.clone(), key).await.unwrap();
        let database = Arc::new(database);
        let organizations = Organizations::new(database.clone(), GrantSources::new(), Nothing::VOCABULARY);

        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap();
        let source = KeySource::Uri(format!("{}/jwks", issuer.name()).parse().unwrap());
        let trusted = TrustedIssuer {
            provider: issuer.name().into(),
            expectations: Expectations {
                issuer: issuer.name().to_owned(),
                audiences: vec![AUDIENCE.to_owned()],
                algorithms: vec![Algorithm::ES256],
                typ: None,
                leeway: 30,
            },
            keys: Arc::new(Keys::new(source, http, clock.clone())),
            claims: ClaimPaths::default(),
            unbound: Unbound::Memberships,
        };
        let tokens = Tokens::new([trusted], database, Arc::new(NothingRevoked), clock.clone(), 1000);
        let origin = "https://portal.example".parse().unwrap();
        let gate = Gate::builder(organizations, changes, origin).with_tokens(tokens).with_clock(clock).build().unwrap();
        let router = Router::new().route("/", get(|| async { "in" })).layer(require_login());
        Self { service: gate.wrap(router), seconds }
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// What a token is answered.
    pub(crate) async fn ask(&self, token: &str) -> StatusCode {
        let request = Request::get("/").header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.service.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
    }
}
