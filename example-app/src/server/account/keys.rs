//! API keys: made by members for their programs, within their own rights, in one organization.

use axum::{
    Json,
    extract::{Path, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use http::StatusCode;
use portcullis_core::{AccessContext, OrgContext, ProblemKind};
use portcullis_middleware::{Caller, Org, Rejection, require_login};
use portcullis_storage::{ApiKey, ApiKeyDraft, ApiKeyError};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Value, json};

use super::{AccountState, state::person};
use crate::{
    permissions::VOCABULARY,
    server::api::{Input, list as list_of_text},
    ui::standalone::{Button, Choice, Field, Form, ListPage, Notice, Row, Section, list_page},
};

/// A key to be made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    name: String,
    #[serde(default, deserialize_with = "list_of_text")]
    permissions: Vec<String>,
    /// In how many days it ends; none = when it is revoked.
    #[serde(default, deserialize_with = "days")]
    days: Option<u16>,
}

/// A number, or the text of one; the empty text of a form is none.
fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    let text = match Value::deserialize(deserializer)? {
        Value::Null => return Ok(None),
        Value::String(text) => text,
        number => number.to_string(),
    };
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| D::Error::custom("`days` is a whole number up to 65535")),
    }
}

const DAY: i64 = 24 * 60 * 60;

/// The page.
#[require_login]
pub(super) async fn show(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
) -> Result<Html<String>, Rejection> {
    page(&state, &org, &access, None).await
}

/// Makes a key by the page's form, and shows it: once.
#[require_login]
pub(super) async fn create(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
    Input(draft): Input<Draft>,
) -> Result<Html<String>, Rejection> {
    let notice = match make(&state, &access, &draft).await {
        Ok((_, secret)) => {
            Notice::Secret { words: "This is the key. It is shown now and never again.".into(), text: secret }
        }
        Err(ApiKeyError::Store(error)) => return Err(error.into()),
        Err(error) => Notice::Failed(error.to_string()),
    };
    page(&state, &org, &access, Some(notice)).await
}

/// Takes a key of one's own back.
#[require_login]
pub(super) async fn revoke(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, id)): Path<(String, String)>,
) -> Result<Redirect, Rejection> {
    take_back(&state, &org, &access, &id).await?;
    Ok(Redirect::to(&format!("/account/o/{}/keys", org.organization().slug)))
}

/// `GET /api/o/{org}/keys`: one's own.
#[require_login]
pub(super) async fn list(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
) -> Result<Json<Value>, Rejection> {
    let keys = state.database.api_keys_of(org.organization().id, person(&access)?).await?;
    Ok(Json(json!({"data": keys.iter().map(row).collect::<Vec<_>>()})))
}

/// `POST /api/o/{org}/keys` with `{"name", "permissions", "days"}`: the only answer that holds the key itself.
#[require_login]
pub(super) async fn create_by_program(
    State(state): State<AccountState>,
    Org(_org): Org,
    Caller(access): Caller,
    Input(draft): Input<Draft>,
) -> Result<Response, Rejection> {
    let (key, secret) = make(&state, &access, &draft).await.map_err(refused)?;
    let mut body = row(&key);
    if let Some(body) = body.as_object_mut() {
        body.insert("key".to_owned(), secret.into());
    }
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// `DELETE /api/o/{org}/keys/{id}`.
#[require_login]
pub(super) async fn revoke_by_program(
    State(state): State<AccountState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Rejection> {
    take_back(&state, &org, &access, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn make(state: &AccountState, access: &AccessContext, draft: &Draft) -> Result<(ApiKey, String), ApiKeyError> {
    let expires_at = draft.days.map(|days| state.clock.now() + i64::from(days) * DAY);
    let draft = ApiKeyDraft { name: &draft.name, permissions: &draft.permissions, expires_at };
    let made = state.database.create_api_key(access, &draft).await?;
    Ok((made.key, made.secret.expose().clone()))
}

async fn take_back(state: &AccountState, org: &OrgContext, access: &AccessContext, id: &str) -> Result<(), Rejection> {
    let id = id.parse().map_err(|_| Rejection::new(ProblemKind::NotFound))?;
    state.database.revoke_own_api_key(org.organization().id, person(access)?, id).await.map_err(refused)
}

fn refused(error: ApiKeyError) -> Rejection {
    match error {
        ApiKeyError::Store(error) => error.into(),
        ApiKeyError::NotFound => Rejection::new(ProblemKind::NotFound),
        ApiKeyError::Bound | ApiKeyError::NotAMember => {
            Rejection::new(ProblemKind::PermissionDenied).with_detail(error.to_string())
        }
        error => Rejection::new(ProblemKind::RequestUnprocessable).with_detail(error.to_string()),
    }
}

/// What stays visible of a key.
fn row(key: &ApiKey) -> Value {
    json!({
        "id": key.id, "name": key.name, "permissions": key.permissions,
        "created_at": key.created_at, "expires_at": key.expires_at, "last_used": key.last_used,
    })
}

async fn page(
    state: &AccountState,
    org: &OrgContext,
    access: &AccessContext,
    notice: Option<Notice>,
) -> Result<Html<String>, Rejection> {
    let keys = state.database.api_keys_of(org.organization().id, person(access)?).await?;
    let slug = &org.organization().slug;
    let rows = keys.into_iter().map(|key| {
        let used = if key.last_used.is_some() { "was used" } else { "was never used" };
        Row {
            title: key.name,
            detail: format!("{} · {used}", key.permissions.join(" ")),
            action: Some(("Take back", format!("/account/o/{slug}/keys/{}/revoke", key.id))),
        }
    });
    let held = VOCABULARY.iter().filter(|(permission, _)| org.grants().has_permission(*permission));
    let choices = held.map(|(_, info)| Choice {
        label: info.label.to_owned(),
        name: "permissions",
        value: info.key.to_owned(),
        ticked: false,
    });
    let form = Form {
        action: format!("/account/o/{slug}/keys"),
        fields: vec![
            Field { label: "What is it for?", name: "name", kind: "text", autocomplete: "off", ..Field::default() },
            Field {
                label: "Days until it ends",
                name: "days",
                kind: "number",
                autocomplete: "off",
                optional: true,
                ..Field::default()
            },
        ],
        choices: choices.collect(),
        buttons: vec![Button::submit("Make a key")],
        ..Form::default()
    };
    let page = ListPage {
        title: format!("Keys in {}", org.organization().name),
        lead:
            "A key lets a program of yours act for you, in this organization, within what you tick and may do yourself."
                .into(),
        notice,
        sections: vec![
            Section { part: "keys", title: "Your keys", rows: rows.collect(), ..Section::default() },
            Section { part: "new-key", title: "A new key", form: Some(form), ..Section::default() },
        ],
        links: vec![("Your account".into(), "/account".into()), ("Back to the portal".into(), format!("/o/{slug}"))],
    };
    Ok(Html(list_page(page)))
}
