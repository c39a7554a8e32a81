//! Recovery codes: shown once, and made anew.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use portcullis_core::{ProblemKind, Secret};
use portcullis_middleware::{Caller, Rejection, port::StoreError, require_login};
use portcullis_provider::{FactorError, FactorSummary};
use serde::Deserialize;

use super::{
    AccountState,
    security::{Confirmed, current, disproof},
    state::person,
};
use crate::server::api::Input;
use crate::ui::standalone::{Button, FormPage, ListPage, Notice, Row, form_page, list_page};

/// The present password; none yet where the person has pressed the button of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Renewal {
    #[serde(default)]
    current: Option<String>,
}

/// What the account page shows of them, where there is a factor that they stand in for.
pub(super) fn row(factors: FactorSummary) -> Option<Row> {
    (factors.totp || factors.passkeys > 0).then(|| Row {
        title: "Recovery codes".into(),
        detail: format!("{} are left", factors.recovery_codes_left),
        action: Some(("Make new ones", "/account/recovery-codes".into())),
    })
}

/// Makes ten new ones after the present password, and voids the former: without it, the password is asked for.
#[require_login]
pub(super) async fn renew(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Input(renewal): Input<Renewal>,
) -> Result<Response, Rejection> {
    let user = person(&access)?;
    let Some(current) = renewal.current else { return Ok(Html(question()).into_response()) };
    if let Some(why) = disproof(&state, user, Confirmed { current }).await? {
        return Ok(Redirect::to(why).into_response());
    }
    match state.provider.new_recovery_codes(user).await {
        Ok(codes) => Ok(shown("Your new recovery codes", "The former ones open nothing any more.", &codes)),
        Err(FactorError::Fault(error)) => Err(StoreError::new(error).into()),
        Err(_) => Err(Rejection::new(ProblemKind::NotFound)),
    }
}

/// The page that shows them: once.
pub(super) fn shown(title: &str, lead: &str, codes: &Secret<Vec<String>>) -> Response {
    let page = ListPage {
        title: title.into(),
        lead: lead.into(),
        notice: Some(Notice::Secret {
            words: "Keep these recovery codes: after your password, each stands in once for an authenticator or passkey that you lost. They are shown now and never again.".into(),
            text: codes.expose().join("\n"),
        }),
        links: vec![("Back to your account".into(), "/account".into())],
        ..ListPage::default()
    };
    Html(list_page(page)).into_response()
}

fn question() -> String {
    form_page(FormPage {
        title: "New recovery codes?".into(),
        lead: "The ones that you have will open nothing any more.".into(),
        action: Some("/account/recovery-codes".into()),
        fields: vec![current()],
        buttons: vec![Button::submit("Make new recovery codes")],
        links: vec![("Cancel".into(), "/account".into())],
        ..FormPage::default()
    })
}
