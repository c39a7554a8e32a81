//! A role among a token's claims; jsonwebtoken 10 verifies.

use axum::{Router, routing::get};
use axum_security::{
    jwt::{DecodingKey, EncodingKey, JwtContext, Validation},
    rbac::{RBAC, requires},
};
use jsonwebtoken10::{Algorithm, jwk::Jwk};
use portcullis_bench_harness::{
    request::ROUTE,
    token::{AUDIENCE, ISSUER, SigningKey},
};
use serde::Deserialize;

use crate::{
    claims::{self, Claims},
    peer::{Credential, Peer},
};

/// A role is required.
pub(crate) fn peer(key: &SigningKey) -> Peer {
    let algorithm: Algorithm = format!("{:?}", key.algorithm).parse().unwrap();
    let jwk: Jwk = serde_json::from_value(key.jwks["keys"][0].clone()).unwrap();
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_nbf = true;
    let tokens = JwtContext::builder()
        .encoding_key(EncodingKey::from_secret(b"nothing is signed with it"))
        .decoding_key(DecodingKey::from_jwk(&jwk).unwrap())
        .validation(validation)
        .build::<Claims<Role>>();
    Peer::new(
        format!("peer_axum_security_{}", key.name),
        "axum-security 0.0.2: jsonwebtoken 10 with aws-lc, `#[requires]` with a role",
        Router::new().route(ROUTE, get(invoices)).layer(tokens),
        claims::holder(key),
        [(Credential::Anonymous, 401), (claims::unentitled(key), 403)],
    )
}

#[requires(Role::Finance)]
async fn invoices() -> &'static str {
    "ok"
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Role {
    OrgUser,
    Finance,
    Auditor,
}

impl RBAC for Role {
    type Resource = Claims<Self>;

    fn extract_roles(claims: &Claims<Self>) -> impl IntoIterator<Item = &Self> {
        &claims.roles
    }
}
