//! Password and authenticator.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use portcullis_core::{Secret, UserId};
use portcullis_middleware::{Caller, Rejection, port::StoreError, require_login};
use portcullis_provider::{ChangePasswordError, FactorError, Kept};
use qrcode::{QrCode, render::svg};
use serde::Deserialize;

use super::{AccountState, recovery, state::person};
use crate::server::api::Input;
use crate::ui::standalone::{Button, Field, Form as PageForm, FormPage, Section, form_page};

/// The present password and the next.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passwords {
    current: String,
    password: String,
}

/// The present password, before something that it protects.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmed {
    pub(super) current: String,
}

/// A code of an authenticator.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    code: String,
}

/// What the account page shows.
pub(super) async fn sections(state: &AccountState, user: UserId) -> Result<[Section; 2], Rejection> {
    let factors = state.provider.factors_of(user).await?;
    let set_up = ("Set up an authenticator", "/account/authenticator");
    let remove = ("Remove the authenticator", "/account/authenticator/remove");
    let (text, (button, action)) = match (factors.totp, factors.passkeys) {
        (true, 0) => ("An authenticator is asked for at each sign-in.", remove),
        (true, _) => ("An authenticator or a passkey is asked for after your password.", remove),
        (false, 0) => {
            ("Your password alone opens your account. An authenticator asks for a code at each sign-in.", set_up)
        }
        (false, _) => ("A passkey is asked for after your password; an authenticator can stand in for it.", set_up),
    };
    let new = Field {
        label: "A new password",
        name: "password",
        kind: "password",
        autocomplete: "new-password",
        least: Some(8),
        ..Field::default()
    };
    let form = |action: &str, fields, button| {
        Some(PageForm { action: action.into(), fields, buttons: vec![Button::submit(button)], ..PageForm::default() })
    };
    Ok([
        Section {
            part: "account-password",
            title: "Password",
            text: "With another password, every session of yours ends.".into(),
            rows: Vec::new(),
            form: form("/account/password", vec![current(), new], "Change the password"),
        },
        Section {
            part: "account-authenticator",
            title: "Second factor",
            text: text.into(),
            rows: recovery::row(factors).into_iter().collect(),
            form: form(action, vec![current()], button),
        },
    ])
}

/// Changes the password; every other session of the person ends.
#[require_login]
pub(super) async fn change_password(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Input(passwords): Input<Passwords>,
) -> Result<Redirect, Rejection> {
    let (current, new) = (Secret::new(passwords.current), Secret::new(passwords.password));
    let changed = state.provider.change_password(person(&access)?, &current, &new, Kept::default()).await;
    Ok(Redirect::to(match changed {
        Ok(()) => "/auth/login?provider=local&return_to=%2Faccount%3Fdone%3Dpassword",
        Err(error) => way_back(error)?,
    }))
}

/// Begins to set an authenticator up: the secret as a picture and as text.
#[require_login]
pub(super) async fn begin(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Input(confirmed): Input<Confirmed>,
) -> Result<Response, Rejection> {
    let user = person(&access)?;
    if let Some(why) = disproof(&state, user, confirmed).await? {
        return Ok(Redirect::to(why).into_response());
    }
    let enrolment = state.provider.begin_totp(user).await.map_err(fault)?;
    let picture = QrCode::new(enrolment.uri.expose()).map_err(StoreError::new)?;
    let picture = picture.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    let page = FormPage {
        title: "Set up an authenticator".into(),
        lead: "Scan the picture with your authenticator, or type the text into it; then enter the code that it shows."
            .into(),
        picture: Some(picture),
        code: Some(enrolment.secret.expose().clone()),
        action: Some("/account/authenticator/confirm".into()),
        fields: vec![Field {
            label: "Code",
            name: "code",
            kind: "text",
            autocomplete: "one-time-code",
            ..Field::default()
        }],
        buttons: vec![Button::submit("Confirm")],
        links: vec![("Cancel".into(), "/account".into())],
        ..FormPage::default()
    };
    Ok(Html(form_page(page)).into_response())
}

/// Confirms it by a code, and shows the recovery codes: once.
#[require_login]
pub(super) async fn confirm(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Input(Code { code }): Input<Code>,
) -> Result<Response, Rejection> {
    match state.provider.confirm_totp(person(&access)?, code.trim()).await {
        Ok(codes) => {
            Ok(recovery::shown("The authenticator is set up", "It is asked for at your next sign-in.", &codes))
        }
        Err(FactorError::Fault(error)) => Err(StoreError::new(error).into()),
        Err(_) => Ok(Redirect::to("/account?failed=code").into_response()),
    }
}

/// Removes the authenticator, and the recovery codes where there is no passkey.
#[require_login]
pub(super) async fn remove(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Input(confirmed): Input<Confirmed>,
) -> Result<Redirect, Rejection> {
    let user = person(&access)?;
    if let Some(why) = disproof(&state, user, confirmed).await? {
        return Ok(Redirect::to(why));
    }
    state.provider.remove_totp(user).await?;
    Ok(Redirect::to("/account?done=authenticator-removed"))
}

/// Where somebody is sent who does not know the present password.
pub(super) async fn disproof(
    state: &AccountState,
    user: UserId,
    confirmed: Confirmed,
) -> Result<Option<&'static str>, Rejection> {
    let proven = state.provider.confirm_password(user, &Secret::new(confirmed.current)).await;
    proven.err().map(way_back).transpose()
}

fn way_back(error: ChangePasswordError) -> Result<&'static str, Rejection> {
    match error {
        ChangePasswordError::Mismatch => Ok("/account?failed=mismatch"),
        ChangePasswordError::Throttled { .. } => Ok("/account?failed=throttled"),
        ChangePasswordError::Fault(error) => Err(StoreError::new(error).into()),
        _ => Ok("/account?failed=password"),
    }
}

pub(super) fn current() -> Field {
    Field {
        label: "Your present password",
        name: "current",
        kind: "password",
        autocomplete: "current-password",
        ..Field::default()
    }
}

fn fault(error: FactorError) -> Rejection {
    StoreError::new(error).into()
}
