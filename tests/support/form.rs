//! Reads the forms of a page, as far as a visitor without a browser needs them.

/// A form: where it goes, and what it sends along unseen.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Form {
    /// The address it is sent to, as written; empty for the page's own.
    pub action: String,
    /// Whether it is posted.
    pub is_post: bool,
    /// Names and values of what is sent if nothing is changed: inputs, hidden ones and visible ones alike,
    /// ticked boxes, and the first button, as if somebody pressed Enter.
    pub fields: Vec<(String, String)>,
    /// The name of its password field, if it has one.
    pub password: Option<String>,
}

impl Form {
    /// All forms of a page, in order.
    #[must_use]
    pub fn all(html: &str) -> Vec<Self> {
        let mut forms = Vec::new();
        let mut open: Option<Self> = None;
        let mut has_button = false;
        for tag in tags(html) {
            match tag.name.as_str() {
                "form" => {
                    has_button = false;
                    open = Some(Self {
                        action: tag.attribute("action").unwrap_or_default(),
                        is_post: tag.attribute("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
                        ..Self::default()
                    });
                }
                "/form" => forms.extend(open.take()),
                "input" | "button" => {
                    let is_extra_button = tag.is_button() && std::mem::replace(&mut has_button, true);
                    if let Some(form) = open.as_mut().filter(|_| !is_extra_button && !tag.is_unticked()) {
                        form.take_input(&tag);
                    }
                }
                _ => {}
            }
        }
        forms
    }

    /// The fields with some of them filled in; those that the form lacks are added.
    #[must_use]
    pub fn filled(&self, values: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields = self.fields.clone();
        for (name, value) in values {
            fields.retain(|(field, _)| field != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        fields
    }

    fn take_input(&mut self, tag: &Tag) {
        let Some(name) = tag.attribute("name") else { return };
        if tag.attribute("type").as_deref() == Some("password") {
            self.password = Some(name.clone());
        }
        self.fields.push((name, tag.attribute("value").unwrap_or_default()));
    }
}

#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn is_button(&self) -> bool {
        match self.attribute("type").as_deref() {
            Some(kind) => kind == "submit",
            None => self.name == "button",
        }
    }

    fn is_unticked(&self) -> bool {
        matches!(self.attribute("type").as_deref(), Some("checkbox" | "radio")) && self.attribute("checked").is_none()
    }

    fn attribute(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}

fn tags(html: &str) -> impl Iterator<Item = Tag> {
    html.split('<').skip(1).map(|piece| {
        let end = piece.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        Tag { name: name.trim_end_matches('/').to_ascii_lowercase(), attributes: attributes(rest) }
    })
}

/// `a="1" b='2' c=3 d`, up to the end of the tag.
fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>')).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if name.is_empty() {
            return found;
        }
        let (value, rest) = match rest.strip_prefix('=') {
            Some(quoted) if quoted.starts_with(['"', '\'']) => {
                let quote = if quoted.starts_with('"') { '"' } else { '\'' };
                quoted.strip_prefix(quote).and_then(|inner| inner.split_once(quote)).unwrap_or((quoted, ""))
            }
            Some(bare) => bare.split_at(bare.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(bare.len())),
            None => ("", rest),
        };
        found.push((name.to_ascii_lowercase(), unescaped(value)));
        text = rest;
    }
}

fn unescaped(value: &str) -> String {
    let replaced = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&#x2F;", "/")]
        .iter()
        .fold(value.to_owned(), |text, (from, to)| text.replace(from, to));
    replaced.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_inputs_and_the_action_are_read() {
        let page = r#"<p>x</p><form method="POST" action="/login?a=1&amp;b=2"><!--h-->
            <input type='hidden' name=request value="a&quot;b"/><input required name="email">
            <input type=password name=password><input type="checkbox" name="stay" value="yes">
            <button name="then" value="go">Go</button><button name="then" value="stop">Stop</button></form>"#;
        let forms = Form::all(page);
        assert_eq!(forms.len(), 1);
        assert_eq!((forms[0].action.as_str(), forms[0].is_post), ("/login?a=1&b=2", true));
        assert_eq!(forms[0].password.as_deref(), Some("password"));
        let filled = forms[0].filled(&[("email", "a@b"), ("password", "p")]);
        let expected = [("request", "a\"b"), ("then", "go"), ("email", "a@b"), ("password", "p")];
        assert_eq!(filled, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
