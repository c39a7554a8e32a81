//! `GET /account`: everything of one's own.

use axum::{extract::State, response::Html};
use portcullis_middleware::{Caller, Rejection, require_login};
use serde::Deserialize;

use super::{AccountState, applications, passkeys, security, services, state::person};
use crate::server::api::Parameters;
use crate::ui::standalone::{ListPage, Notice, Row, Section, list_page};

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Outcome {
    done: Option<String>,
    failed: Option<String>,
}

/// The page.
#[require_login]
pub(super) async fn show(
    State(state): State<AccountState>,
    Caller(access): Caller,
    Parameters(outcome): Parameters<Outcome>,
) -> Result<Html<String>, Rejection> {
    let user = person(&access)?;
    let name = access.principal().user().map(|user| user.email.to_string()).unwrap_or_default();
    let organizations = state.organizations.directory().organizations_of(user).await?;
    let keys = organizations.iter().map(|one| Row {
        title: one.name.clone(),
        detail: "Keys for your programs, and how its people sign in".into(),
        action: None,
    });
    let mut links: Vec<(String, String)> = organizations
        .iter()
        .flat_map(|one| {
            [
                (format!("Keys in {}", one.name), format!("/account/o/{}/keys", one.slug)),
                (format!("Sign-in of {}", one.name), format!("/account/o/{}/sign-on", one.slug)),
            ]
        })
        .collect();
    links.extend(services::links(&state));
    links.push(("Back to the portal".into(), "/".into()));
    let [password, factor] = security::sections(&state, user).await?;
    let mut sections = vec![password];
    sections.extend(passkeys::section(&state, user).await?);
    sections.extend([factor, applications::section(&state, user).await?]);
    sections.extend(services::section(&state, user).await?);
    sections.push(Section {
        part: "account-organizations",
        title: "Organizations",
        text: "Where you belong.".into(),
        rows: keys.collect(),
        form: None,
    });
    let page = ListPage {
        title: "Your account".into(),
        lead: format!("You are signed in as {name}."),
        notice: notice(&outcome),
        sections,
        links,
    };
    Ok(Html(list_page(page)))
}

/// The words for what a form did. Only words of ours: anybody can write an address.
fn notice(outcome: &Outcome) -> Option<Notice> {
    let done = match outcome.done.as_deref() {
        Some("password") => "The password was changed. Your other sessions have ended.",
        Some("authenticator-removed") => "The authenticator was removed.",
        Some("passkey-added") => "The passkey was added.",
        Some("passkey-removed") => "The passkey was removed.",
        Some("revoked") => "The application can no longer act for you.",
        _ => return failed(outcome.failed.as_deref()),
    };
    Some(Notice::Done(done.into()))
}

fn failed(why: Option<&str>) -> Option<Notice> {
    let words = match why? {
        "code" => "The code is not right.",
        "last-credential" => "This is the only way in which you can sign in, so it stays.",
        "mismatch" => "The present password is not right.",
        "password" => "This password cannot be chosen: eight characters at least, and none that everybody uses.",
        "passkey" => "The passkey was not added: the answer is not right, or came too late. Begin again.",
        "passkey-many" => "You have as many passkeys as one account may have. Remove one first.",
        "passkey-name" => "A passkey needs a name, of 64 characters at most.",
        "passkey-taken" => "This passkey is in use already.",
        "throttled" => "Too many attempts. Wait a moment.",
        _ => return None,
    };
    Some(Notice::Failed(words.into()))
}
