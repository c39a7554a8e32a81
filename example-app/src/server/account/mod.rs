//! What people do with their own account, and administrators with their organization's sign-in: pages of forms that
//! work without script (a passkey alone is made by one), one subject a file.

mod applications;
mod keys;
mod mailbox;
mod overview;
mod passkeys;
mod profile;
mod recovery;
mod security;
mod services;
mod setup;
mod sign_on;
mod state;

use portcullis_middleware::{
    Router,
    routing::{get, post},
};

pub(super) use services::Service;
pub(super) use state::AccountState;

/// Every route, each with its decision.
pub(super) fn routes() -> Router<AccountState> {
    Router::new()
        .route("/account", get(overview::show))
        .route("/account/password", post(security::change_password))
        .route("/account/authenticator", post(security::begin))
        .route("/account/authenticator/confirm", post(security::confirm))
        .route("/account/authenticator/remove", post(security::remove))
        .route("/account/passkeys", post(passkeys::begin))
        .route("/account/passkeys/confirm", post(passkeys::confirm))
        .route("/account/passkeys/{id}/remove", post(passkeys::remove))
        .route("/account/recovery-codes", post(recovery::renew))
        .route("/account/applications/{client}/revoke", post(applications::revoke))
        .route("/account/services/{provider}", get(profile::show))
        .route("/account/o/{org}/keys", get(keys::show).post(keys::create))
        .route("/account/o/{org}/keys/{id}/revoke", post(keys::revoke))
        .route("/account/o/{org}/sign-on", get(sign_on::show).post(sign_on::save))
        .route("/account/o/{org}/sign-on/remove", post(sign_on::remove))
        .route("/account/o/{org}/sign-on/preview", post(sign_on::preview))
        .route("/account/o/{org}/sign-on/domains", post(sign_on::claim))
        .route("/account/o/{org}/sign-on/domains/{domain}/confirm", post(sign_on::confirm))
        .route("/account/o/{org}/sign-on/domains/{domain}/remove", post(sign_on::remove_domain))
        .route("/api/o/{org}/keys", get(keys::list).post(keys::create_by_program))
        .route("/api/o/{org}/keys/{id}", portcullis_middleware::routing::delete(keys::revoke_by_program))
        .route("/mailbox", get(mailbox::show))
        .route("/setup", get(setup::show).post(setup::claim))
}
