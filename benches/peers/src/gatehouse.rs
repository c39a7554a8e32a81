//! gatehouse 0.6: its `RbacPolicy` decides in the handler. Who asks is known from a session of our own.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    routing::get,
};
use gatehouse::{AccessError, EvaluationSession, PermissionChecker, PolicyDomain, RbacPolicy};
use http::StatusCode;
use portcullis_bench_harness::request::ROUTE;

use crate::{
    peer::{Credential, Peer},
    people::{HOLDER, REQUIRED_ROLE, UNENTITLED},
    sessions::{Person, Sessions, cookie},
};

/// A role is required.
pub(crate) fn peer() -> Peer {
    let policy = RbacPolicy::<Invoicing, _, _>::new(
        |View: &View, Invoices: &Invoices| vec![REQUIRED_ROLE],
        |person: &Person| person.roles.clone(),
    );
    let mut checker = PermissionChecker::new();
    checker.add_policy(policy);
    let app = Arc::new(App { checker, sessions: Sessions::of_all() });
    Peer::new(
        "peer_gatehouse",
        "gatehouse 0.6: `RbacPolicy` in the handler; session by hand",
        Router::new().route(ROUTE, get(invoices)).with_state(app),
        cookie(HOLDER),
        [(Credential::Anonymous, 401), (cookie(UNENTITLED), 403)],
    )
}

struct App {
    checker: PermissionChecker<Invoicing>,
    sessions: Sessions,
}

struct Invoicing;
struct View;
struct Invoices;

impl PolicyDomain for Invoicing {
    type Subject = Person;
    type Action = View;
    type Resource = Invoices;
    type Context = ();
}

async fn invoices(State(app): State<Arc<App>>, request: Request) -> Result<&'static str, StatusCode> {
    let person = app.sessions.person(request.headers()).ok_or(StatusCode::UNAUTHORIZED)?;
    let session = EvaluationSession::empty();
    match app.checker.bind(&session, &person, &View, &()).authorize(&Invoices).await {
        Ok(()) => Ok("ok"),
        Err(AccessError::Denied { .. }) => Err(StatusCode::FORBIDDEN),
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}
