//! The plain look of the pages of sign-up and password reset.

use super::{
    ForgotView, NewPasswordView, NoticeView, SecondFactorView, SignUpView,
    passkey_view::plain_form,
    plain::{alert, document, escape, hidden, link},
};

pub(super) fn sign_up(view: &SignUpView) -> String {
    let body = format!(
        r#"<h1>Create an account</h1><p class="lead">to continue to <strong>{client}</strong></p>{error}
<form method="post" action="{action}">{hidden}
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="email" required maxlength="254" value="{email}">
<label for="name">Name</label><input id="name" name="name" autocomplete="name" required maxlength="200" value="{name}">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="1024" aria-describedby="rule">
<p class="small" id="rule">At least eight characters.</p>
<button type="submit">Create account</button></form>
<p class="small"><a href="{sign_in}">I have an account</a></p>"#,
        client = escape(&view.client_name),
        error = alert(view.error.as_ref()),
        action = escape(&view.action),
        hidden = hidden([("interaction", &view.interaction), ("csrf", &view.csrf)]),
        email = escape(&view.email),
        name = escape(&view.name),
        sign_in = escape(&view.sign_in),
    );
    document("Create an account", &body)
}

pub(super) fn forgot(view: &ForgotView) -> String {
    let body = format!(
        r#"<h1>Set a new password</h1><p class="lead">We send you a link.</p>{error}
<form method="post" action="{action}">{hidden}
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="{email}">
<button type="submit">Send the link</button></form>{back}"#,
        error = alert(view.error.as_ref()),
        action = escape(&view.action),
        hidden = hidden([("interaction", &view.interaction), ("csrf", &view.csrf)]),
        email = escape(&view.email),
        back = link(view.sign_in.as_deref(), "Back to sign-in"),
    );
    document("Set a new password", &body)
}

pub(super) fn new_password(view: &NewPasswordView) -> String {
    let body = format!(
        r#"<h1>Choose a password</h1>{error}
<form method="post" action="{action}">{hidden}
<input type="hidden" name="username" autocomplete="username" value="{email}">
<label for="password">New password</label><input id="password" name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="1024" aria-describedby="rule" autofocus>
<p class="small" id="rule">At least eight characters.</p>
<button type="submit">Set the password</button></form>"#,
        error = alert(view.error.as_ref()),
        action = escape(&view.action),
        hidden = hidden([("token", &view.token)]),
        email = escape(&view.email),
    );
    document("Choose a password", &body)
}

pub(super) fn second_factor(view: &SecondFactorView) -> String {
    let body = format!(
        r#"<h1>One more step</h1><p class="lead">to continue to <strong>{client}</strong></p>{error}
<form method="post" action="{action}">{hidden}
<label for="code">{code}</label><input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" required maxlength="64" aria-describedby="rule" autofocus>
<p class="small" id="rule">{rule}</p>
<button type="submit">Continue</button></form>{passkey}"#,
        code = if view.authenticator { "Code of your authenticator" } else { "One of your recovery codes" },
        rule = if view.authenticator { "Or one of your recovery codes." } else { "Each works once." },
        passkey = plain_form(view.passkey.as_ref(), "Use a passkey"),
        client = escape(&view.client_name),
        error = alert(view.error.as_ref()),
        action = escape(&view.action),
        hidden = hidden([("interaction", &view.interaction), ("csrf", &view.csrf)]),
    );
    document("One more step", &body)
}

pub(super) fn notice(view: &NoticeView) -> String {
    let (title, message) = (view.notice.title(), escape(view.notice.message()));
    let address = match view.email.as_str() {
        "" => String::new(),
        email => format!("<p><strong>{}</strong></p>", escape(email)),
    };
    let on = link(view.sign_in.as_deref(), "Go on to sign-in");
    document(title, &format!(r#"<h1>{title}</h1>{address}<p class="lead">{message}</p>{on}"#))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Notice, SecondFactorError, SignUpError};

    #[test]
    fn text_from_outside_stays_text() {
        let evil = || "\"><script>alert('1')</script>".to_owned();
        let pages = [
            sign_up(&SignUpView {
                action: evil(),
                interaction: evil(),
                csrf: evil(),
                email: evil(),
                name: evil(),
                error: Some(SignUpError::Name),
                client_name: evil(),
                sign_in: evil(),
            }),
            forgot(&ForgotView {
                action: evil(),
                interaction: evil(),
                csrf: evil(),
                email: evil(),
                error: None,
                sign_in: Some(evil()),
            }),
            new_password(&NewPasswordView { action: evil(), token: evil(), email: evil(), error: None }),
            second_factor(&SecondFactorView {
                action: evil(),
                interaction: evil(),
                csrf: evil(),
                error: Some(SecondFactorError::Mismatch),
                client_name: evil(),
                authenticator: true,
                passkey: None,
            }),
            notice(&NoticeView { notice: Notice::MailSent, email: evil(), sign_in: Some(evil()) }),
        ];
        let escaped = pages.each_ref().map(|page| page.matches("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)").count());
        assert_eq!(escaped, [7, 5, 3, 4, 2]);
        assert!(pages.iter().all(|page| !page.contains("<script")));
    }
}
