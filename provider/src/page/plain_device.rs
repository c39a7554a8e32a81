//! The pages for a device that need nothing.

use super::{
    DeviceCodeView, DeviceConsentView, DeviceDoneView,
    plain::{alert, document, escape, hidden, wishes},
};

/// The form for the code.
pub(super) fn code(view: &DeviceCodeView) -> String {
    let body = format!(
        r#"<h1>Connect a device</h1><p class="lead">Enter the code that your device shows.</p>{error}
<form method="post" action="{action}">{hidden}
<label for="user_code">Code</label><input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="32" value="{user_code}" autofocus>
<button type="submit">Continue</button></form>
<p class="small">You are signed in as {email}.</p>"#,
        error = alert(view.error.as_ref()),
        action = escape(&view.action),
        hidden = hidden([("csrf", &view.csrf)]),
        user_code = escape(&view.user_code),
        email = escape(&view.email),
    );
    document("Connect a device", &body)
}

/// The question whether the device may.
pub(super) fn consent(view: &DeviceConsentView) -> String {
    let body = format!(
        r#"<h1>Allow this device?</h1><p class="lead"><strong>{client}</strong> on a device would like to:</p><ul>{wishes}</ul>
<p>The device has to show this code: <strong>{user_code}</strong></p>
<p class="small">Allow it only if the device is in front of you. If somebody sent you the code, deny it.</p>
<p class="small">You are signed in as {email}.</p>
<form method="post" action="{action}">{hidden}
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" class="quiet">Deny</button></form>"#,
        client = escape(&view.client_name),
        wishes = wishes(&view.wishes, &view.resources, view.organization.as_deref()),
        user_code = escape(&view.user_code),
        email = escape(&view.email),
        action = escape(&view.action),
        hidden = hidden([("user_code", &view.user_code), ("csrf", &view.csrf)]),
    );
    document("Allow this device?", &body)
}

/// The person has decided.
pub(super) fn done(view: &DeviceDoneView) -> String {
    let (title, message) = if view.allowed {
        ("Device connected", "You can go back to your device.")
    } else {
        ("Device refused", "The device was told. You can close this page.")
    };
    document(title, &format!(r#"<h1>{title}</h1><p class="lead">{message}</p>"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        let evil = "\"><script>alert('1')</script>".to_owned();
        let view = DeviceConsentView {
            action: evil.clone(),
            csrf: evil.clone(),
            user_code: evil.clone(),
            client_name: evil.clone(),
            email: evil.clone(),
            scopes: vec![evil.clone()],
            wishes: vec![crate::ScopeText { scope: evil.clone(), text: evil.clone() }],
            resources: vec![evil.clone()],
            organization: Some(evil.clone()),
        };
        assert!(!consent(&view).contains("<script"));
        let view = DeviceCodeView {
            action: evil.clone(),
            csrf: evil.clone(),
            user_code: evil.clone(),
            email: evil,
            error: None,
        };
        assert!(!code(&view).contains("<script"));
    }
}
