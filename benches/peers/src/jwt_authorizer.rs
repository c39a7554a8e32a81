//! jwt-authorizer 0.15: axum 0.7, and jsonwebtoken 9, which knows ring only.

use axum07::{Router, body::Body, routing::get};
use jwt_authorizer::{IntoLayer, JwtAuthorizer, Validation};
use portcullis_bench_harness::token::{AUDIENCE, ISSUER, REQUIRED, SigningKey};

use crate::{
    claims::{self, Claims},
    peer::{Credential, Peer},
    ready::ready,
};

/// The route, as axum 0.7 writes it.
const ROUTE: &str = "/o/:org/invoices";

/// A permission is required.
pub(crate) fn peer(key: &SigningKey) -> Peer {
    let authorizer = JwtAuthorizer::<Claims>::from_jwks_text(&key.jwks.to_string())
        .validation(Validation::new().iss(&[ISSUER]).aud(&[AUDIENCE]).nbf(true))
        .check(|claims| claims.permit(REQUIRED))
        .build();
    let authorizer = ready(authorizer).unwrap();
    Peer::of_service::<_, Body, _>(
        format!("peer_jwt_authorizer_{}", key.name),
        "jwt-authorizer 0.15 on axum 0.7: layer with `check`, static key set, ring",
        Router::new().route(ROUTE, get(|| async { "ok" })).layer(authorizer.into_layer()),
        claims::holder(key),
        [(Credential::Anonymous, 401), (claims::unentitled(key), 403)],
    )
}
