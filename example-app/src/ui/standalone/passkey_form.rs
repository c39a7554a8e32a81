//! The form that the authorization server's script for passkeys fills in and sends; hidden where a browser cannot.

use leptos::prelude::*;

use super::hidden_fields;

/// Such a form.
#[derive(Clone, Debug, Default)]
pub struct PasskeyForm {
    /// `get` or `create`.
    pub kind: &'static str,
    /// What the script asks for: an address, or JSON.
    pub options: String,
    /// Where the form is posted.
    pub action: String,
    /// Hidden fields that go with it.
    pub hidden: Vec<(String, String)>,
    /// The words of the button.
    pub label: &'static str,
    /// Where the script is.
    pub script: String,
    /// What is said where there is no script.
    pub otherwise: &'static str,
}

pub(super) fn passkey_form(form: PasskeyForm) -> AnyView {
    let PasskeyForm { kind, options, action, hidden, label, script, otherwise } = form;
    // What is made is all that its page is for; what is used stands beside another form.
    let (class, button) = match kind {
        "create" => ("form", "pc-button pc-primary"),
        _ => ("form sheet-choices", "pc-button"),
    };
    view! {
        <form class=class method="post" action=action data-part="passkey" data-passkey=kind
            data-options=options hidden>
            {hidden_fields(&hidden)}
            <input type="hidden" name="credential"/>
            <button type="submit" class=button>{label}</button>
            <p class="sheet-alert" role="alert" data-part="passkey-error" hidden></p>
        </form>
        {(!otherwise.is_empty()).then(|| view! { <noscript><p class="sheet-note">{otherwise}</p></noscript> })}
        <script src=script defer></script>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        let evil = "\"><script>alert(1)".to_owned();
        let form = PasskeyForm {
            options: evil.clone(),
            action: evil.clone(),
            hidden: vec![("a".into(), evil.clone())],
            script: evil,
            ..PasskeyForm::default()
        };
        let html = Owner::new().with(|| passkey_form(form).to_html());
        assert!(!html.contains("<script>"), "{html}");
    }
}
