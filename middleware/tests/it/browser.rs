//! A browser that keeps its cookie, before the relying party behind the gate.

use std::{collections::HashMap, sync::Arc};

use axum::{Router, body::Body};
use http::{Method, Request, header};
use portcullis_middleware::{
    Organizations,
    gate::Gated,
    grants::{DatabaseGrants, GrantSources},
    login::{IdentityProvider, Login, LoginConfig, LoginParts},
    port::Directory,
};
use url::Url;

use crate::{
    house::{Answer, Credential, House, send},
    issuer::AUDIENCE,
    permissions::VOCABULARY,
};

/// The relying party with these providers.
pub(crate) fn login(house: &House, providers: Vec<IdentityProvider>) -> Login {
    let directory = Arc::clone(&house.stores) as Arc<dyn Directory>;
    let sources = GrantSources::new().with_source("local", Arc::new(DatabaseGrants::new(Arc::clone(&directory))));
    let config = LoginConfig {
        origin: AUDIENCE.parse().unwrap(),
        organization_path: "/o/".to_owned(),
        sign_in_path: "/sign-in".to_owned(),
    };
    let parts = LoginParts {
        sessions: house.sessions.clone(),
        organizations: Organizations::new(directory, sources, VOCABULARY),
        people: Arc::clone(&house.stores) as _,
        changes: house.changes.clone(),
        http: reqwest::Client::new(),
        clock: house.clock(),
    };
    Login::new(config, providers, parts)
}

/// Its routes behind the gate.
pub(crate) fn portal(house: &House, providers: Vec<IdentityProvider>) -> Gated<Router> {
    let (routes, _) = login(house, providers).routes().into_parts();
    house.gate.wrap(routes)
}

pub(crate) struct Browser<'s> {
    service: &'s Gated<Router>,
    cookie: String,
}

impl<'s> Browser<'s> {
    pub(crate) fn new(service: &'s Gated<Router>) -> Self {
        Self { service, cookie: String::new() }
    }

    /// A browser in which somebody is signed in.
    pub(crate) fn with(service: &'s Gated<Router>, credential: &Credential) -> Self {
        let Credential::Cookie(id) = credential else { panic!("no cookie: {credential:?}") };
        Self { service, cookie: format!("__Host-portcullis={id}") }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path).await
    }

    pub(crate) async fn send(&mut self, method: Method, path: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, &self.cookie);
        }
        let answer = send(self.service, request.body(Body::empty()).unwrap()).await;
        if let Some(set) = answer.headers.get(header::SET_COOKIE) {
            self.cookie = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        answer
    }

    /// Goes where it is sent to a provider; with which parameters.
    pub(crate) async fn leaves(&mut self, path: &str) -> HashMap<String, String> {
        let answer = self.get(path).await;
        let target: Url = answer.location().parse().unwrap_or_else(|_| panic!("{answer:?}"));
        target.query_pairs().into_owned().collect()
    }

    pub(crate) async fn is_signed_in(&mut self) -> bool {
        self.get("/auth/session").await.body.contains(r#""authenticated":true"#)
    }
}
