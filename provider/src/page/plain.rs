//! Pages that need nothing: one style sheet inside, light and dark, and no script but the one for passkeys.

use std::fmt::Write;

use super::{ConsentView, ErrorView, LoginView, Pages, SignedOutView, passkey_view::plain_form, upstream_view};
use crate::ScopeText;

/// The pages of an application that brings none.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainPages;

impl Pages for PlainPages {
    fn login(&self, view: &LoginView) -> String {
        let (on_email, on_password) = if view.email.is_empty() { (" autofocus", "") } else { ("", " autofocus") };
        let body = format!(
            r#"<h1>Sign in</h1><p class="lead">to continue to <strong>{client}</strong></p>{error}
<form method="post" action="{action}">{hidden}
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="username" required maxlength="320" value="{email}"{on_email}>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024"{on_password}>
<button type="submit">Sign in</button>{organization}</form>{elsewhere}{passkey}{forgot}{sign_up}"#,
            client = escape(&view.client_name),
            action = escape(&view.action),
            hidden = hidden([("interaction", &view.interaction), ("csrf", &view.csrf)]),
            email = escape(&view.email),
            error = alert(view.error.as_ref()),
            passkey = plain_form(view.passkey.as_ref(), "Sign in with a passkey"),
            forgot = link(view.forgot.as_deref(), "I forgot my password"),
            sign_up = link(view.sign_up.as_deref(), "Create an account"),
            organization = upstream_view::plain_button(view.upstream.as_ref()),
            elsewhere = upstream_view::plain_form(view.upstream.as_ref(), &view.interaction, &view.csrf),
        );
        document("Sign in", &body)
    }

    fn consent(&self, view: &ConsentView) -> String {
        let body = format!(
            r#"<h1>Allow access?</h1><p class="lead"><strong>{client}</strong> would like to:</p><ul>{wishes}</ul>
<p class="small">You are signed in as {email}.</p>
<form method="post" action="{action}">{hidden}
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" class="quiet">Deny</button></form>"#,
            client = escape(&view.client_name),
            wishes = wishes(&view.wishes, &view.resources, view.organization.as_deref()),
            email = escape(&view.email),
            action = escape(&view.action),
            hidden = hidden([("interaction", &view.interaction), ("csrf", &view.csrf)]),
        );
        document("Allow access?", &body)
    }

    fn error(&self, view: &ErrorView) -> String {
        let (title, message) = (escape(&view.title), escape(&view.message));
        document(&view.title, &format!(r#"<h1>{title}</h1><p class="lead">{message}</p>"#))
    }

    fn signed_out(&self, view: &SignedOutView) -> String {
        let Some(question) = &view.question else {
            return document("Signed out", r#"<h1>Signed out</h1><p class="lead">You can close this page.</p>"#);
        };
        let body = format!(
            r#"<h1>Sign out?</h1><p class="lead">You are signed in as {email}.</p>
<form method="post" action="{action}">{hidden}<button type="submit">Sign out</button></form>"#,
            email = escape(&question.email),
            action = escape(&question.action),
            hidden = hidden(question.fields.iter().map(|(name, value)| (name.as_str(), value))),
        );
        document("Sign out?", &body)
    }
}

/// Why a form is shown again.
pub(super) fn alert(error: Option<&impl ToString>) -> String {
    let alert = |error: &_| format!(r#"<p class="error" role="alert">{}</p>"#, escape(&ToString::to_string(error)));
    error.map(alert).unwrap_or_default()
}

/// A way on, where there is one.
pub(super) fn link(href: Option<&str>, text: &str) -> String {
    let link = |href| format!(r#"<p class="small"><a href="{}">{text}</a></p>"#, escape(href));
    href.map(link).unwrap_or_default()
}

/// What is asked for, as the items of a list.
pub(super) fn wishes(scopes: &[ScopeText], resources: &[String], organization: Option<&str>) -> String {
    let mut wishes = String::new();
    for scope in scopes {
        let _infallible = write!(wishes, "<li>{}</li>", escape(&scope.text));
    }
    for resource in resources {
        let _infallible = write!(wishes, "<li>Use <strong>{}</strong></li>", escape(resource));
    }
    if let Some(organization) = organization {
        let organization = escape(organization);
        let _infallible = write!(wishes, "<li>Act with your rights in <strong>{organization}</strong></li>");
    }
    wishes
}

pub(super) fn hidden<'a>(fields: impl IntoIterator<Item = (&'a str, &'a String)>) -> String {
    let field = |(name, value): (&str, &String)| {
        format!(r#"<input type="hidden" name="{}" value="{}">"#, escape(name), escape(value))
    };
    fields.into_iter().map(field).collect()
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

pub(super) fn document(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title><style>{STYLE}</style></head>
<body><main>{body}</main></body></html>"#
    )
}

const STYLE: &str = ":root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6470;--paper:#fff;--ground:#f4f5f7;--line:#d5d9df;--accent:#2456d6;--bad:#b42318}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a2abb6;--paper:#1d2127;--ground:#121519;--line:#3a414b;--accent:#7aa2ff;--bad:#ff8a7a}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:24rem;padding:2rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0;font-size:1.375rem;line-height:1.3}.lead{margin:.25rem 0 1.25rem;color:var(--soft)}.small{font-size:.875rem;color:var(--soft)}
strong{color:var(--ink)}.error{margin:0 0 1rem;color:var(--bad)}ul{margin:0 0 1rem;padding-left:1.25rem}
label{display:block;margin:0 0 .25rem;font-size:.875rem;font-weight:600}
input:not([type=hidden]){display:block;width:100%;margin:0 0 1rem;padding:.625rem .75rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.5rem}
button{display:block;width:100%;margin:.5rem 0 0;padding:.625rem;font:inherit;font-weight:600;color:var(--paper);background:var(--accent);border:1px solid transparent;border-radius:.5rem;cursor:pointer}
button.quiet{color:var(--ink);background:transparent;border-color:var(--line)}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::UpstreamView;

    #[test]
    fn text_from_outside_stays_text() {
        let evil = "\"><script>alert('1')</script>".to_owned();
        let view = LoginView {
            action: evil.clone(),
            interaction: evil.clone(),
            csrf: evil.clone(),
            email: evil.clone(),
            error: None,
            client_name: evil.clone(),
            sign_up: Some(evil.clone()),
            forgot: Some(evil.clone()),
            upstream: Some(UpstreamView {
                action: evil.clone(),
                providers: vec![(evil.clone(), evil)],
                by_address: true,
            }),
            passkey: None,
        };
        let html = PlainPages.login(&view);
        assert!(!html.contains("<script"));
        assert_eq!(html.matches("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)").count(), 7 + 6);
    }
}
