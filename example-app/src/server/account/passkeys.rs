//! Passkeys: made after the present password, named, listed, and taken away one by one.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use portcullis_core::{ProblemKind, UserId};
use portcullis_middleware::{Caller, Rejection, port::StoreError, require_login};
use portcullis_provider::{FactorError, PasskeySummary};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    AccountState, recovery,
    security::{Confirmed, current, disproof},
    state::person,
};
use crate::server::{api::Input, business::date};
use crate::ui::standalone::{Button, Field, Form as PageForm, FormPage, PasskeyForm, Row, Section, form_page};

/// The present password, and what the passkey will be called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    current: String,
    name: String,
}

/// What the browser's authenticator made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    ceremony: String,
    name: String,
    credential: String,
}

/// The present password; none yet where the person has pressed the button of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    #[serde(default)]
    current: Option<String>,
}

/// What the account page shows, where there are passkeys.
pub(super) async fn section(state: &AccountState, user: UserId) -> Result<Option<Section>, Rejection> {
    if !state.provider.offers_passkeys() {
        return Ok(None);
    }
    let rows = state.provider.passkeys_of(user).await?.into_iter().map(row).collect();
    let name = Field { label: "A name for it", name: "name", kind: "text", autocomplete: "off", ..Field::default() };
    Ok(Some(Section {
        part: "account-passkeys",
        title: "Passkeys",
        text: "A passkey of your device, phone or security key opens your account without the password, and is asked \
               for after the password otherwise."
            .into(),
        rows,
        form: Some(PageForm {
            action: "/account/passkeys".into(),
            fields: vec![name, current()],
            buttons: vec![Button::submit("Add a passkey")],
            ..PageForm::default()
        }),
    }))
}

fn row(passkey: PasskeySummary) -> Row {
    let used = passkey.last_used.map_or_else(
        || "was never used".to_owned(),
        |seconds| format!("was used last on {}", date::of_seconds(seconds)),
    );
    Row {
        title: passkey.name,
        detail: format!("made on {} · {used}", date::of_seconds(passkey.created_at)),
        action: Some(("Remove", format!("/account/passkeys/{}/remove", passkey.id))),
    }
}

/// Begins: the page on which the browser makes it.
#[require_login]
pub(super) async fn begin(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Input(Wanted { current, name }): Input<Wanted>,
) -> Result<Response, Rejection> {
    let user = person(&access)?;
    if let Some(why) = disproof(&state, user, Confirmed { current }).await? {
        return Ok(Redirect::to(why).into_response());
    }
    let enrolment = match state.provider.begin_passkey(user).await {
        Ok(enrolment) => enrolment,
        Err(error) => return Ok(Redirect::to(way_back(error)?).into_response()),
    };
    let page = FormPage {
        title: "Add a passkey".into(),
        lead: format!("Your browser asks where to keep the passkey “{}”.", name.trim()),
        passkey: Some(PasskeyForm {
            kind: "create",
            options: enrolment.options,
            action: "/account/passkeys/confirm".into(),
            hidden: vec![("ceremony".into(), enrolment.ceremony.expose().clone()), ("name".into(), name)],
            label: "Make the passkey",
            script: enrolment.script.into(),
            otherwise: "A passkey is made by a script of this page, and this browser runs none.",
        }),
        links: vec![("Cancel".into(), "/account".into())],
        ..FormPage::default()
    };
    Ok(Html(form_page(page)).into_response())
}

/// Keeps it; shows recovery codes, once, where there were none.
#[require_login]
pub(super) async fn confirm(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Input(Made { ceremony, name, credential }): Input<Made>,
) -> Result<Response, Rejection> {
    match state.provider.confirm_passkey(person(&access)?, &ceremony, &name, &credential).await {
        Ok(None) => Ok(Redirect::to("/account?done=passkey-added").into_response()),
        Ok(Some(codes)) => Ok(recovery::shown(
            "The passkey was added",
            "It opens your account from now on, and is asked for after your password.",
            &codes,
        )),
        Err(error) => Ok(Redirect::to(way_back(error)?).into_response()),
    }
}

/// Removes one, after the present password: without it, the password is asked for.
#[require_login]
pub(super) async fn remove(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Path(id): Path<String>,
    Input(removal): Input<Removal>,
) -> Result<Response, Rejection> {
    let user = person(&access)?;
    let id: Uuid = id.parse().map_err(|_| Rejection::new(ProblemKind::NotFound))?;
    let passkey = state.provider.passkeys_of(user).await?.into_iter().find(|passkey| passkey.id == id);
    let passkey = passkey.ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
    let Some(current_password) = removal.current else { return Ok(Html(question(&passkey)).into_response()) };
    if let Some(why) = disproof(&state, user, Confirmed { current: current_password }).await? {
        return Ok(Redirect::to(why).into_response());
    }
    Ok(Redirect::to(match state.provider.remove_passkey(user, id).await {
        Ok(()) => "/account?done=passkey-removed",
        Err(error) => way_back(error)?,
    })
    .into_response())
}

fn question(passkey: &PasskeySummary) -> String {
    form_page(FormPage {
        title: "Remove the passkey?".into(),
        lead: format!("“{}” will open your account no more.", passkey.name),
        action: Some(format!("/account/passkeys/{}/remove", passkey.id)),
        fields: vec![current()],
        buttons: vec![Button::submit("Remove the passkey")],
        links: vec![("Cancel".into(), "/account".into())],
        ..FormPage::default()
    })
}

fn way_back(error: FactorError) -> Result<&'static str, Rejection> {
    match error {
        FactorError::Fault(error) => Err(StoreError::new(error).into()),
        FactorError::LastCredential => Ok("/account?failed=last-credential"),
        FactorError::Name => Ok("/account?failed=passkey-name"),
        FactorError::Taken => Ok("/account?failed=passkey-taken"),
        FactorError::TooMany { .. } => Ok("/account?failed=passkey-many"),
        FactorError::Missing | FactorError::Unavailable => Err(Rejection::new(ProblemKind::NotFound)),
        _ => Ok("/account?failed=passkey"),
    }
}
