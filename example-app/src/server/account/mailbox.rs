//! `GET /mailbox`: the demo's letters, which lie here instead of being sent.

use axum::{extract::State, response::Html};
use portcullis_core::ProblemKind;
use portcullis_middleware::{Rejection, public};

use super::AccountState;
use crate::ui::standalone::{ListPage, Notice, Section, list_page};

/// Every letter, the latest first.
#[public("the demo's mailbox, on a loopback address only; not there otherwise")]
pub(super) async fn show(State(state): State<AccountState>) -> Result<Html<String>, Rejection> {
    let mailbox = state.mailbox.as_ref().ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
    let letters: Vec<_> = mailbox.mails();
    let latest = letters
        .first()
        .map(|mail| Notice::Secret { words: format!("To {}: {}", mail.to, mail.subject), text: mail.text.clone() });
    let others = letters.iter().skip(1).map(|mail| crate::ui::standalone::Row {
        title: format!("To {}: {}", mail.to, mail.subject),
        detail: mail.text.clone(),
        action: None,
    });
    let page = ListPage {
        title: "Mailbox of the demo".into(),
        lead: "Letters of the portal lie here instead of being sent.".into(),
        notice: latest,
        sections: vec![Section {
            part: "mailbox",
            title: "Earlier letters",
            text: format!("{} in all.", letters.len()),
            rows: others.collect(),
            form: None,
        }],
        links: vec![("To the portal".into(), "/".into())],
    };
    Ok(Html(list_page(page)))
}
