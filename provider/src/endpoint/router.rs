//! Routes paths to endpoints.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use super::{
    authorize, consent, device, device_authorization, direct_sign_in, end_session, forgot, introspect, jwks, login,
    metadata, par, passkey, path, register, registration, reset_password, revoke, second_factor, sign_up, token,
    upstream, userinfo, verify_email,
};
use crate::server::Server;

/// Every endpoint. Bodies are small forms, so that a larger one is refused unread.
pub(crate) fn router(server: Arc<Server>) -> Router {
    Router::new()
        .route(path::OPENID_CONFIGURATION, get(metadata::show))
        .route(path::METADATA, get(metadata::show))
        .route(path::JWKS, get(jwks::show))
        .route(path::AUTHORIZE, get(authorize::by_query).post(authorize::by_form))
        .route(path::LOGIN, get(login::show).post(login::sign_in))
        .route(path::SECOND_FACTOR, get(second_factor::show).post(second_factor::verify))
        .route(path::UPSTREAM, post(upstream::depart))
        .route(path::UPSTREAM_CALLBACK, get(upstream::arrive))
        .route(path::SIGN_UP, get(sign_up::show).post(sign_up::sign_up))
        .route(path::VERIFY_EMAIL, get(verify_email::open).post(verify_email::confirm))
        .route(path::FORGOT, get(forgot::show).post(forgot::send))
        .route(path::RESET_PASSWORD, get(reset_password::show).post(reset_password::reset))
        .route(path::CONSENT, get(consent::show).post(consent::decide))
        .route(path::DEVICE_AUTHORIZATION, post(device_authorization::begin))
        .route(path::DEVICE, get(device::show).post(device::submit))
        .route(path::PAR, post(par::push))
        .route(path::TOKEN, post(token::issue))
        .route(path::REGISTER, post(register::register))
        .route(path::REGISTRATION, get(registration::show).delete(registration::remove))
        .route(path::REVOKE, post(revoke::revoke))
        .route(path::INTROSPECT, post(introspect::introspect))
        .route(path::USERINFO, get(userinfo::tell).post(userinfo::tell))
        .route(path::END_SESSION, get(end_session::by_query).post(end_session::by_form))
        .merge(direct_sign_in::routes(&server))
        .merge(passkey::routes(&server))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(server)
}

const MAX_BODY: usize = 64 * 1024;
