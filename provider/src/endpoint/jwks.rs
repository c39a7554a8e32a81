//! The key set (RFC 7517 section 5, RFC 8414 `jwks_uri`).
//!
//! - Public halves alone: `the_key_set_holds_public_keys_alone`.
//! - A successor is published before it signs: `a_successor_is_published_before_it_signs`.
//! - A key is published for as long as what it signed may be asked about: `a_key_is_published_until_what_it_signed_is_over`.
//! - Every node shows the keys of all: `a_second_node_learns_of_a_key_at_once`.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
};

use crate::server::Server;

/// Shows the published keys.
pub(crate) async fn show(State(server): State<Arc<Server>>) -> Response {
    match server.keys.keys(server.stores.as_ref(), server.now()).await {
        Ok(keys) => {
            let headers = [(CONTENT_TYPE, "application/jwk-set+json"), (CACHE_CONTROL, "public, max-age=300")];
            (headers, keys.public_keys(server.now()).to_string()).into_response()
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the key set cannot be told");
            let problem = serde_json::json!({ "error": "temporarily_unavailable" });
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], Json(problem)).into_response()
        }
    }
}
