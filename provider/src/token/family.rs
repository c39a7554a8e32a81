//! Families: all tokens that came of one authorization, revoked together.
//!
//! A family is a random name without a dot; the `jti` of its access tokens is `{family}.{serial}`. A
//! family is revoked by an entry under its bare name, which covers every `jti` that begins with it.
//! The first serial is known, and revoked by an entry of its own too: a resource server that compares
//! whole ids alone still refuses what a replayed code had brought.

use crate::{
    ProviderError, lifetime,
    port::{CodeRecord, Digest, Granted, StoreError},
    random,
    server::Server,
};

/// Names a new family.
pub(crate) fn new(server: &Server) -> Result<String, ProviderError> {
    random::dated_name(server.millis())
}

/// Notes a family that was granted just now, so that it can be ended with its person, or with the person's
/// consent, before it has a refresh token and without one. It may be redeemed for so many seconds.
pub(crate) async fn note(server: &Server, granted: &Granted, redeemable: i64) -> Result<(), StoreError> {
    server.stores.insert_family(granted, kept_until(server, redeemable)).await
}

/// Keeps a code, and notes its family.
pub(crate) async fn keep_code(server: &Server, code: &Digest, record: &CodeRecord) -> Result<(), StoreError> {
    let expires_at = server.now() + lifetime::AUTHORIZATION_CODE;
    let family_until = kept_until(server, lifetime::AUTHORIZATION_CODE);
    server.stores.insert_code_and_family(code, record, expires_at, family_until).await
}

fn kept_until(server: &Server, redeemable: i64) -> i64 {
    server.now() + redeemable + lifetime::ACCESS_TOKEN + lifetime::LEEWAY
}

/// The `jti` of the access token that the authorization code itself is exchanged for.
pub(crate) fn first_jti(family: &str) -> String {
    format!("{family}.1")
}

/// The `jti` of an access token that a refresh or an exchange brings.
pub(crate) fn next_jti(family: &str) -> Result<String, ProviderError> {
    Ok(format!("{family}.{}", random::name()?))
}

/// The family of a `jti`. A token without one, a client's own, is a family for what was exchanged for it.
pub(crate) fn of_jti(jti: &str) -> &str {
    jti.split_once('.').map_or(jti, |(family, _)| family)
}

/// Revokes the refresh tokens and access tokens of a family.
///
/// The mark comes first: whoever inserts a token at the same time looks for it afterwards
/// ([`is_revoked`]), so that one of both sees the other.
pub(crate) async fn revoke(server: &Server, family: &str) -> Result<(), StoreError> {
    let until = refused_until(server);
    for mark in Granted::marks_of_family(family) {
        server.stores.revoke_access_token(&mark, until).await?;
    }
    server.stores.revoke_family(family).await
}

/// Until when the tokens of a family that ends now have to be refused by name.
pub(crate) fn refused_until(server: &Server) -> i64 {
    server.now() + lifetime::ACCESS_TOKEN + lifetime::LEEWAY
}

/// Whether the family was revoked within the life of an access token.
pub(crate) async fn is_revoked(server: &Server, family: &str) -> Result<bool, StoreError> {
    server.stores.access_token_revoked(family).await
}
