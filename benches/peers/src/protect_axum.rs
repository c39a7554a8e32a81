//! protect-axum 0.2, with authorities from a token that jsonwebtoken 11 verifies.

use std::{collections::HashSet, future};

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header::AUTHORIZATION};
use jsonwebtoken::{DecodingKey, Validation, jwk::Jwk};
use portcullis_bench_harness::{
    request::ROUTE,
    token::{AUDIENCE, ISSUER, SigningKey},
};
use protect_axum::{GrantsLayer, protect};

use crate::{
    claims::{self, Claims},
    peer::{Credential, Peer},
};

/// A permission is required.
pub(crate) fn peer(key: &SigningKey) -> Peer {
    let verifier = Verifier::new(key);
    let authorities = move |request: &mut Request| {
        future::ready(verifier.authorities(request).ok_or_else(|| StatusCode::UNAUTHORIZED.into_response()))
    };
    let layer: GrantsLayer<_, String, Response> = GrantsLayer::with_extractor(authorities);
    Peer::new(
        format!("peer_protect_axum_{}", key.name),
        "protect-axum 0.2: `#[protect]`, authorities from jsonwebtoken 11 with aws-lc",
        Router::new().route(ROUTE, get(invoices)).layer(layer),
        claims::holder(key),
        [(Credential::Anonymous, 401), (claims::unentitled(key), 403)],
    )
}

#[protect("invoices:view")]
async fn invoices() -> &'static str {
    "ok"
}

struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

impl Verifier {
    fn new(key: &SigningKey) -> Self {
        let jwk: Jwk = serde_json::from_value(key.jwks["keys"][0].clone()).unwrap();
        let mut validation = Validation::new(key.algorithm);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_nbf = true;
        Self { key: DecodingKey::from_jwk(&jwk).unwrap(), validation }
    }

    fn authorities(&self, request: &Request) -> Option<HashSet<String>> {
        let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let token = header.strip_prefix("Bearer ")?;
        let verified = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation).ok()?;
        Some(verified.claims.permissions.into_iter().collect())
    }
}
