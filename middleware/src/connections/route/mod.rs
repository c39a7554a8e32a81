//! The routes, one a file. All are for whoever came with a session: a token has no browser and rules over nothing.

mod callback;
mod connect;
mod disconnect;
mod list;

use http::HeaderMap;
use portcullis_core::{ProblemKind, Requirement, Rule, UserId};
use tower_sessions_core::session::Id;

use super::{Connections, services::Inner};
use crate::{
    Caller, Rejection, Router,
    routing::{delete, get, post},
    stage::credential::session_cookie,
};

/// Every route of connections.
pub(super) fn routes(connections: Connections) -> Router {
    shape().with_state(connections)
}

/// The record of the routes alone.
pub(super) fn recorded() -> Router {
    shape().into_record()
}

fn shape() -> Router<Connections> {
    Router::new()
        .route("/auth/connections", get(list::list))
        .route("/auth/connections/{provider}", delete(disconnect::disconnect))
        .route("/auth/connections/{provider}/connect", get(connect::connect))
        .route("/auth/connections/{provider}/callback", get(callback::callback))
        .route("/auth/connections/{provider}/disconnect", post(disconnect::disconnect_by_form))
}

/// One's own connections.
pub(super) struct OwnConnections;

impl Rule for OwnConnections {
    const REQUIREMENT: &'static Requirement = &Requirement::Login;
}

/// The person, and the session that they came with.
fn person(inner: &Inner, caller: &Caller, headers: &HeaderMap) -> Result<(UserId, Id), Rejection> {
    let session = session_cookie(headers, &inner.sessions.config().cookie_name).ok().flatten();
    let user = caller.0.principal().user().map(|user| user.id);
    user.zip(session).ok_or_else(|| Rejection::new(ProblemKind::NotFound))
}
