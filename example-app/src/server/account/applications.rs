//! What one let others do: seen and taken back.

use axum::{
    extract::{Path, State},
    response::Redirect,
};
use portcullis_core::UserId;
use portcullis_middleware::{Caller, Rejection, require_login};

use super::{AccountState, state::person};
use crate::ui::standalone::{Row, Section};

/// What the account page shows.
pub(super) async fn section(state: &AccountState, user: UserId) -> Result<Section, Rejection> {
    let granted = state.provider.grants_of(user).await?;
    let text = match granted.is_empty() {
        true => "No application acts for you.",
        false => "These applications act for you, within what is listed.",
    };
    let rows = granted.into_iter().map(|one| {
        let allowed: Vec<String> = one.scopes.into_iter().map(|scope| scope.text).collect();
        let place = one.organization.map(|org| format!(" in {org}")).unwrap_or_default();
        Row {
            title: format!("{}{place}", one.client_name),
            detail: allowed.join(" · "),
            action: Some(("Take back", format!("/account/applications/{}/revoke", encoded(&one.client_id)))),
        }
    });
    Ok(Section {
        part: "account-applications",
        title: "Applications",
        text: text.into(),
        rows: rows.collect(),
        form: None,
    })
}

/// Takes it back: the consent, and every token that came of it.
#[require_login]
pub(super) async fn revoke(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Path(client): Path<String>,
) -> Result<Redirect, Rejection> {
    state.provider.revoke_grant(person(&access)?, &client).await?;
    Ok(Redirect::to("/account?done=revoked"))
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
