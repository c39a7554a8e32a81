//! `/api/o/{org}/audit`

use std::collections::HashMap;

use axum::{Json, extract::State};
use portcullis_core::UserId;
use portcullis_middleware::{Org, Rejection, require_permission};
use portcullis_storage::AuditEntry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::{
    AppState,
    answer::Parameters,
    block::{BlockBody, whole_block},
};

/// An entry as a row.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    id: Uuid,
    at: String,
    actor: String,
    action: String,
    target: String,
    detail: String,
}

impl Row {
    fn mentions(&self, words: &str) -> bool {
        let words = words.trim().to_lowercase();
        [&self.actor, &self.action, &self.target].iter().any(|text| text.to_lowercase().contains(&words))
    }
}

/// The part of the trail that is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Window {
    before: Option<Uuid>,
    per_page: Option<u32>,
    #[serde(default)]
    q: String,
}

/// The latest entries, or those before one.
#[require_permission("audit:view")]
pub(super) async fn list(
    State(state): State<AppState>,
    Org(org): Org,
    Parameters(window): Parameters<Window>,
) -> Result<Json<BlockBody<Row>>, Rejection> {
    let id = org.organization().id;
    let members = state.database.members_of(id).await?;
    let names: HashMap<UserId, String> = members.into_iter().map(|member| (member.user, member.name)).collect();
    let limit = window.per_page.unwrap_or(50).clamp(1, 200);
    let entries = state.database.audit_of(id, window.before, limit).await?;
    let rows = entries.into_iter().map(|entry| row(entry, &names)).filter(|row| row.mentions(&window.q));
    Ok(whole_block("audit", &org, rows.collect()))
}

fn row(entry: AuditEntry, names: &HashMap<UserId, String>) -> Row {
    let at = OffsetDateTime::from_unix_timestamp(entry.at).ok().and_then(|at| at.format(&Rfc3339).ok());
    let actor = entry.actor.map(|id| names.get(&id).cloned().unwrap_or_else(|| id.to_string()));
    let detail = match entry.detail {
        Value::Null => String::new(),
        detail => detail.to_string(),
    };
    Row {
        id: entry.id,
        at: at.unwrap_or_default(),
        actor: actor.unwrap_or_else(|| "the system".into()),
        action: entry.action,
        target: entry.target,
        detail,
    }
}
