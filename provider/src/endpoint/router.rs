//! Routes paths to endpoints.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use super::{authorize, consent, direct_sign_in, end_session, jwks, login, metadata, path, revoke, token, userinfo};
use crate::server::Server;

/// Every endpoint. Bodies are small forms, so that a larger one is refused unread.
pub(crate) fn router(server: Arc<Server>) -> Router {
    Router::new()
        .route(path::OPENID_CONFIGURATION, get(metadata::show))
        .route(path::METADATA, get(metadata::show))
        .route(path::JWKS, get(jwks::show))
        .route(path::AUTHORIZE, get(authorize::by_query).post(authorize::by_form))
        .route(path::LOGIN, get(login::show).post(login::sign_in))
        .route(path::CONSENT, get(consent::show).post(consent::decide))
        .route(path::TOKEN, post(token::issue))
        .route(path::REVOKE, post(revoke::revoke))
        .route(path::USERINFO, get(userinfo::tell).post(userinfo::tell))
        .route(path::END_SESSION, get(end_session::by_query).post(end_session::by_form))
        .merge(direct_sign_in::routes(&server))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(server)
}

const MAX_BODY: usize = 64 * 1024;
