//! axum-gate 1.1: its gates read an account of their own shape from the token, with permissions as a bitmap.

use std::{fmt, sync::Arc};

use axum::{Router, routing::get};
use axum_gate::{
    accounts::Account,
    authz::{AccessHierarchy, AccessPolicy},
    codecs::jwt::{JsonWebToken, JsonWebTokenOptions, JwtClaims, RegisteredClaims},
    cookie_template::DEFAULT_COOKIE_NAME,
    gate::Gate,
    groups::Group,
};
use jsonwebtoken10::{Algorithm, DecodingKey, EncodingKey, Header, Validation, jwk::Jwk};
use portcullis_bench_harness::{
    request::ROUTE,
    token::{AUDIENCE, ISSUER, REQUIRED, SigningKey, now},
};
use serde::{Deserialize, Serialize};

use crate::{
    peer::{Credential, Peer},
    people::{HOLDER, UNENTITLED, permissions, roles},
    sessions::name,
};

/// A permission is required, the token is in the header.
pub(crate) fn bearer(key: &SigningKey) -> Peer {
    let gate =
        Gate::bearer::<_, Role, Group>(ISSUER, codec(key)).with_policy(AccessPolicy::require_permission(REQUIRED));
    Peer::new(
        format!("peer_axum_gate_{}", key.name),
        "axum-gate 1.1: bearer gate with `require_permission`, jsonwebtoken 10 with aws-lc",
        Router::new().route(ROUTE, get(async || "ok")).layer(gate),
        Credential::Bearer(token(key, HOLDER)),
        // It answers 401 to whom it knows, too.
        [(Credential::Anonymous, 401), (Credential::Bearer(token(key, UNENTITLED)), 401)],
    )
}

/// A permission is required, the token is in a cookie.
pub(crate) fn cookie(key: &SigningKey) -> Peer {
    let gate =
        Gate::cookie::<_, Role, Group>(ISSUER, codec(key)).with_policy(AccessPolicy::require_permission(REQUIRED));
    let [holder, unentitled] = [HOLDER, UNENTITLED]
        .map(|person| Credential::Cookie { name: DEFAULT_COOKIE_NAME.to_owned(), value: token(key, person) });
    Peer::new(
        format!("peer_axum_gate_cookie_{}", key.name),
        "axum-gate 1.1: cookie gate with `require_permission`, jsonwebtoken 10 with aws-lc",
        Router::new().route(ROUTE, get(async || "ok")).layer(gate),
        holder,
        [(Credential::Anonymous, 401), (unentitled, 401)],
    )
}

type Claims = JwtClaims<Account<Role, Group>>;

/// Roles are ordered, each above the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Role {
    #[default]
    OrgUser,
    Finance,
    Auditor,
}

impl AccessHierarchy for Role {}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

fn codec(key: &SigningKey) -> Arc<JsonWebToken<Claims>> {
    let algorithm: Algorithm = format!("{:?}", key.algorithm).parse().unwrap();
    let jwk: Jwk = serde_json::from_value(key.jwks["keys"][0].clone()).unwrap();
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_nbf = true;
    // Compared with every token's.
    let header = Header { typ: Some("at+jwt".to_owned()), kid: Some(key.name.to_owned()), ..Header::new(algorithm) };
    Arc::new(JsonWebToken::new_with_options(JsonWebTokenOptions {
        enc_key: EncodingKey::from_secret(b"nothing is signed with it"),
        dec_key: DecodingKey::from_jwk(&jwk).unwrap(),
        header: Some(header),
        validation: Some(validation),
    }))
}

/// Thirteen claims: seven registered ones, the account's five, and the client.
fn token(key: &SigningKey, person: u32) -> String {
    let roles = [Role::OrgUser, Role::Finance, Role::Auditor];
    let roles = &roles[..self::roles(person).len()];
    let mut account = Account::new(&name(person), roles, &[Group::new("acme")]);
    permissions(person).into_iter().for_each(|permission| account.grant_permission(permission));
    let now = now().unsigned_abs();
    let registered = RegisteredClaims {
        subject: Some(account.account_id.to_string()),
        audience: Some([AUDIENCE.to_owned()].into()),
        not_before_time: Some(now),
        jwt_id: Some(name(person)),
        ..RegisteredClaims::new(ISSUER, now + 3600)
    };
    let mut claims = serde_json::to_value(JwtClaims::new(account, registered)).unwrap();
    claims["client_id"] = "portal".into();
    assert_eq!(claims.as_object().unwrap().len(), 13);
    key.sign(&claims)
}
