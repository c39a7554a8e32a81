//! What a page needs that offers a passkey.

use super::plain::{escape, hidden};

/// The form that asks for a passkey, beside the other one of the page.
///
/// The page loads `script` and holds a form with the attribute `hidden`, which the script takes away where the browser
/// can: `data-passkey="get"`, `data-options`, `POST action`, the hidden fields `interaction`, `csrf` and `credential`
/// (empty), a button, and an element with `data-part="passkey-error"` and the attribute `hidden` for what went wrong.
/// Without script the form stays hidden, and people go on by the other one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyView {
    /// The path of the script. The policy of the page lets in this one alone.
    pub script: String,
    /// Where the script asks what to sign: the attribute `data-options`.
    pub options: String,
    /// The path that the form is posted to.
    pub action: String,
    /// The hidden field `interaction`.
    pub interaction: String,
    /// The hidden field `csrf`, another one than the page's other form has.
    pub csrf: String,
}

/// The form in the plain look.
pub(super) fn plain_form(view: Option<&PasskeyView>, words: &str) -> String {
    let Some(view) = view else { return String::new() };
    format!(
        r#"<form method="post" action="{action}" data-passkey="get" data-options="{options}" hidden>{hidden}
<input type="hidden" name="credential"><button type="submit" class="quiet">{words}</button>
<p class="error" role="alert" data-part="passkey-error" hidden></p></form>
<script src="{script}" defer></script>"#,
        action = escape(&view.action),
        options = escape(&view.options),
        hidden = hidden([("interaction", &view.interaction), ("csrf", &view.csrf)]),
        script = escape(&view.script),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        let evil = || "\"><script>alert('1')</script>".to_owned();
        let view = PasskeyView { script: evil(), options: evil(), action: evil(), interaction: evil(), csrf: evil() };
        let form = plain_form(Some(&view), "Use a passkey");
        assert_eq!(form.matches("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)").count(), 5);
        assert_eq!(form.matches("<script").count(), 1);
        assert!(plain_form(None, "Use a passkey").is_empty());
    }
}
