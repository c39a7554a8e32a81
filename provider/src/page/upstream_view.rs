//! What the sign-in page shows of upstream providers, and how plainly.

use std::fmt::Write;

use super::plain::{escape, hidden};

/// The identity providers that a sign-in page offers beside its own form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamView {
    /// The path that goes to them, by `POST` with the `interaction` and `csrf` of the sign-in form.
    pub action: String,
    /// The providers by id and label: a button `provider` with the id as its value.
    pub providers: Vec<(String, String)>,
    /// Whether an address leads to its organization's own: the sign-in form has a second button for the path, which
    /// asks for no password.
    pub by_address: bool,
}

/// The second button of the sign-in form.
pub(super) fn plain_button(view: Option<&UpstreamView>) -> String {
    let Some(view) = view.filter(|view| view.by_address) else { return String::new() };
    let action = escape(&view.action);
    format!(
        r#"<button type="submit" formaction="{action}" formnovalidate class="quiet" data-part="sign-in-by-organization">Continue with your organization</button>"#
    )
}

/// The form of those that are offered to everybody.
pub(super) fn plain_form(view: Option<&UpstreamView>, interaction: &String, csrf: &String) -> String {
    let Some(view) = view.filter(|view| !view.providers.is_empty()) else { return String::new() };
    let (action, hidden) = (escape(&view.action), hidden([("interaction", interaction), ("csrf", csrf)]));
    let mut html = format!(r#"<form method="post" action="{action}" data-part="sign-in-elsewhere">{hidden}"#);
    for (id, label) in &view.providers {
        let (id, label) = (escape(id), escape(label));
        let _infallible = write!(
            html,
            r#"<button type="submit" name="provider" value="{id}" class="quiet">Continue with {label}</button>"#
        );
    }
    html.push_str("</form>");
    html
}
