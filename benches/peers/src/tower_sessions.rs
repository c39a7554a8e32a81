//! tower-sessions 0.15 with its memory store: the handler reads the session and looks for the role.

use axum::{
    Router,
    extract::Path,
    routing::{get, post},
};
use http::StatusCode;
use portcullis_bench_harness::request::ROUTE;
use serde::{Deserialize, Serialize};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use crate::{
    peer::{Credential, Peer},
    people::{HOLDER, OTHERS, REQUIRED_ROLE, UNENTITLED, roles},
    sessions::name,
    sign_in::{self, sign_in},
};

/// A role is required.
pub(crate) fn peer() -> Peer {
    let service = Router::new()
        .route(ROUTE, get(invoices))
        .route(sign_in::ROUTE, post(enter))
        .layer(SessionManagerLayer::new(MemoryStore::default()));
    let [holder, unentitled] = [HOLDER, UNENTITLED].map(|person| sign_in(&service, person));
    OTHERS.for_each(|person| drop(sign_in(&service, person)));
    Peer::new(
        "peer_tower_sessions_role",
        "tower-sessions 0.15: `session.get` from the memory store, role looked for in the handler",
        service,
        holder,
        [(Credential::Anonymous, 401), (unentitled, 403)],
    )
}

/// What the session holds.
#[derive(Serialize, Deserialize)]
struct Person {
    name: String,
    roles: Vec<String>,
}

/// The key of it.
const PERSON: &str = "person";

async fn invoices(session: Session) -> Result<&'static str, StatusCode> {
    let person: Option<Person> = session.get(PERSON).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let person = person.ok_or(StatusCode::UNAUTHORIZED)?;
    let has_role = person.roles.iter().any(|role| role == REQUIRED_ROLE);
    if has_role { Ok("ok") } else { Err(StatusCode::FORBIDDEN) }
}

async fn enter(Path(person): Path<u32>, session: Session) -> Result<(), StatusCode> {
    let roles = roles(person).iter().map(|role| (*role).to_owned()).collect();
    let person = Person { name: name(person), roles };
    session.insert(PERSON, person).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}
