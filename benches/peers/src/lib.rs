//! What a user would pick instead, doing the same work: one peer a file.
//!
//! Every peer guards the same route, answers the same request with "ok", keeps everything in memory and verifies
//! with aws-lc where it can. Where an application has a choice, it is the cheaper one: small records, no lock held
//! for writing, nothing cloned that the peer does not clone itself. Nothing is cached that the peer does not cache.
//!
//! | file | peer | beside the others |
//! | --- | --- | --- |
//! | `axum_casbin` | axum-casbin 1.3 | |
//! | `axum_gate` | axum-gate 1.1 | jsonwebtoken 10 |
//! | `axum_login` | axum-login 0.18 | tower-sessions 0.14 |
//! | `axum_security` | axum-security 0.0.2 | jsonwebtoken 10 |
//! | `gatehouse` | gatehouse 0.6 | |
//! | `jwt_authorizer` | jwt-authorizer 0.15 | axum 0.7, jsonwebtoken 9 on ring |
//! | `protect_axum` | protect-axum 0.2 | jsonwebtoken 11 |
//! | `tower_oauth2_resource_server` | tower-oauth2-resource-server 0.12 | jsonwebtoken 11 |
//! | `tower_sessions` | tower-sessions 0.15 | |
//!
//! What they share: `peer` is a row with its refusals, `people` are those who ask, `claims` is what tokens say,
//! `sessions` signs people in for the peers that cannot, `sign_in` does so through a peer's own route, and
//! `ready` runs the futures of the set-up.
//!
//! Cargo unites features over the whole program, ours included: axum-gate turns `tracing` off below `info`
//! (`release_max_level_info`), and axum-login has it fall back to `log`, which nobody listens to.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench that cannot go on stops; nothing here is served to strangers"
)]

mod axum_casbin;
mod axum_gate;
mod axum_login;
mod axum_security;
mod gatehouse;
mod jwt_authorizer;
mod protect_axum;
mod tower_oauth2_resource_server;
mod tower_sessions;

mod claims;
mod peer;
mod people;
mod ready;
mod sessions;
mod sign_in;

use portcullis_bench_harness::{Case, token::SigningKey};

pub use peer::Peer;

/// Every peer's cases.
#[must_use]
pub fn cases(keys: &[SigningKey; 3]) -> Vec<Case> {
    peers(keys).into_iter().map(|peer| peer.case).collect()
}

/// Every peer.
#[must_use]
pub fn peers(keys: &[SigningKey; 3]) -> Vec<Peer> {
    use_aws_lc();
    let [rs256, ..] = keys;
    let mut peers = axum_login::peers();
    peers.push(tower_sessions::peer());
    peers.extend(keys.iter().map(protect_axum::peer));
    peers.extend(keys.iter().map(jwt_authorizer::peer));
    peers.extend(keys.iter().map(tower_oauth2_resource_server::peer));
    peers.extend(keys.iter().map(axum_gate::bearer));
    peers.push(axum_gate::cookie(rs256));
    peers.push(axum_casbin::peer());
    peers.push(gatehouse::peer());
    peers.push(axum_security::session::peer());
    peers.push(axum_security::token::peer(rs256));
    peers
}

/// Each jsonwebtoken has one provider for the whole process, and panics where features turn on two of them.
fn use_aws_lc() {
    let _installed_before = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let _installed_before = jsonwebtoken10::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

#[cfg(test)]
mod tests;
