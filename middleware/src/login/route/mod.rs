//! The routes, one a file.

mod back_channel_logout;
mod callback;
mod events;
mod logout;
mod organization;
mod session;
mod sessions;
mod start;
mod strategies;

use axum::extract::rejection::QueryRejection;
use portcullis_core::{ProblemKind, Requirement, Rule, rule::Public};

use super::Login;
use crate::{
    Rejection, Router,
    routing::{delete, get, post},
};

/// Every route of the relying party.
pub(super) fn routes(login: Login) -> Router {
    shape().with_state(login)
}

/// The record of the routes alone.
pub(super) fn recorded() -> Router {
    shape().into_record()
}

fn shape() -> Router<Login> {
    Router::new()
        .route("/auth/login", get(start::start).post(start::start_by_form))
        .route("/auth/callback/{provider}", get(callback::callback))
        .route("/auth/logout", post(logout::logout))
        .route("/auth/backchannel-logout/{provider}", post(back_channel_logout::log_out))
        .route("/auth/session", get(session::session))
        .route("/auth/organization", post(organization::switch))
        .route("/auth/events", get(events::events))
        .route("/auth/sessions", get(sessions::list))
        .route("/auth/sessions/{id}", delete(sessions::end).post(sessions::end_by_form))
        .route("/auth/strategies", get(strategies::list))
        .route("/auth/strategies/{id}", post(strategies::sign_in))
}

/// A query that cannot be read: a parameter twice, for instance.
fn unreadable(rejection: QueryRejection) -> Rejection {
    Rejection::new(ProblemKind::RequestInvalid).with_detail(rejection.body_text())
}

/// Signing in and out is for everybody.
pub(super) struct SigningIn;

impl Public for SigningIn {
    const REASON: &'static str = "signing in and out";
}

/// A provider proves itself by its logout token.
pub(super) struct ToldByProviders;

impl Public for ToldByProviders {
    const REASON: &'static str = "identity providers end sessions by signed tokens";
}

/// Whoever asks who they are gets an answer, nobody included.
pub(super) struct WhoAmI;

impl Public for WhoAmI {
    const REASON: &'static str = "says whether somebody is signed in";
}

/// One's own sessions and organizations.
pub(super) struct SignedIn;

impl Rule for SignedIn {
    const REQUIREMENT: &'static Requirement = &Requirement::Login;
}
