//! `GET /healthz` · `GET /readyz`.

use axum::extract::State;
use portcullis_middleware::{Rejection, public};

use super::api::AppState;

/// Whether the process lives and can reach its database.
#[public("asked by load balancers")]
pub(super) async fn health(State(state): State<AppState>) -> Result<&'static str, Rejection> {
    state.database.ping().await?;
    Ok("ok")
}
