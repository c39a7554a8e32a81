//! A page with one question: a headline, what it is about, a form, and ways elsewhere.

use leptos::prelude::*;

use super::{
    document, hidden_fields,
    passkey_form::{PasskeyForm, passkey_form},
};
use crate::ui::icon::Icon;

/// What such a page shows; what is left out is not there.
#[derive(Clone, Debug, Default)]
pub struct FormPage {
    /// The headline, and the title of the document.
    pub title: String,
    /// What it is about.
    pub lead: String,
    /// What went wrong the last time.
    pub error: Option<String>,
    /// What is agreed to, in words.
    pub points: Vec<String>,
    /// What to compare or to keep, in large letters.
    pub code: Option<String>,
    /// A picture, as SVG that is ours.
    pub picture: Option<String>,
    /// What to beware of.
    pub warning: Option<String>,
    /// Where the form is posted; without it there is no form.
    pub action: Option<String>,
    /// Hidden fields that go with it.
    pub hidden: Vec<(String, String)>,
    /// What is typed.
    pub fields: Vec<Field>,
    /// The buttons, the most likely last.
    pub buttons: Vec<Button>,
    /// The form that asks for a passkey, beside the other one.
    pub passkey: Option<PasskeyForm>,
    /// Ways elsewhere: words and address.
    pub links: Vec<(String, String)>,
}

/// A field to type into.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// Its words.
    pub label: &'static str,
    /// Its name in the form.
    pub name: &'static str,
    /// `text`, `email` or `password`.
    pub kind: &'static str,
    /// What a browser may fill in.
    pub autocomplete: &'static str,
    /// What stands in it.
    pub value: String,
    /// The fewest letters; none where it does not matter.
    pub least: Option<u32>,
    /// Whether it may stay empty.
    pub optional: bool,
}

/// A box to tick.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its words.
    pub label: String,
    /// Its name in the form.
    pub name: &'static str,
    /// What it says when it is ticked.
    pub value: String,
    /// Whether it is.
    pub ticked: bool,
}

/// A button that sends the form.
#[derive(Clone, Debug)]
pub struct Button {
    /// Its words.
    pub label: &'static str,
    /// What it says: name and value.
    pub says: Option<(&'static str, &'static str)>,
}

impl Button {
    /// A button that says nothing but that the form is filled in.
    #[must_use]
    pub const fn submit(label: &'static str) -> Self {
        Self { label, says: None }
    }
}

/// The page.
#[must_use]
pub fn form_page(page: FormPage) -> String {
    let FormPage {
        title,
        lead,
        error,
        points,
        picture,
        code,
        warning,
        action,
        hidden,
        fields,
        buttons,
        passkey,
        links,
    } = page;
    let points = (!points.is_empty()).then(|| {
        let points = points.into_iter().map(|point| view! { <li><Icon name="check"/><span>{point}</span></li> });
        view! { <ul class="scopes">{points.collect_view()}</ul> }
    });
    let failed = error.is_some();
    let form = action.map(|action| {
        let fields = fields.into_iter().map(|one| field(one, failed)).collect_view();
        view! {
            <form class="form" method="post" action=action>
                {hidden_fields(&hidden)}
                {fields}
                {buttons_of(&buttons)}
            </form>
        }
    });
    let links = links.into_iter().map(|(words, href)| view! { <a href=href>{words}</a> }).collect_view();
    let body = view! {
        <main class="sheet" id="content">
            <h1>{title.clone()}</h1>
            <p>{lead}</p>
            {error.map(|error| view! { <p class="sheet-alert" role="alert" id="error"><Icon name="alert"/>{error}</p> })}
            {points}
            {picture.map(|svg| view! { <div class="sheet-picture" inner_html=svg></div> })}
            {code.map(|code| view! { <p class="sheet-code"><code>{code}</code></p> })}
            {warning.map(|warning| view! { <p class="sheet-note">{warning}</p> })}
            {form}
            {passkey.map(passkey_form)}
            <p class="sheet-links">{links}</p>
        </main>
    };
    document(&format!("{title} · Portcullis"), body.into_any())
}

pub(super) fn field(field: Field, failed: bool) -> AnyView {
    let Field { label, name, kind, autocomplete, value, least, optional } = field;
    view! {
        <label>
            {label}
            <input class="pc-input" type=kind name=name value=value autocomplete=autocomplete required=!optional
                minlength=least.map(|least| least.to_string()) aria-describedby=failed.then_some("error")/>
        </label>
    }
    .into_any()
}

pub(super) fn choices_of(choices: &[Choice]) -> AnyView {
    choices
        .iter()
        .map(|Choice { label, name, value, ticked }| {
            view! {
                <label class="sheet-choice">
                    <input type="checkbox" name=*name value=value.clone() checked=*ticked/>
                    <span>{label.clone()}</span>
                </label>
            }
        })
        .collect_view()
        .into_any()
}

pub(super) fn buttons_of(buttons: &[Button]) -> AnyView {
    let last = buttons.len().saturating_sub(1);
    let shown = buttons.iter().enumerate().map(|(at, button)| {
        let class = if at == last { "pc-button pc-primary" } else { "pc-button" };
        let (name, value) = button.says.unzip();
        view! { <button type="submit" class=class name=name value=value>{button.label}</button> }
    });
    if buttons.len() > 1 {
        view! { <div class="sheet-actions">{shown.collect_view()}</div> }.into_any()
    } else {
        shown.collect_view().into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        let evil = "\"><script>".to_owned();
        let page = form_page(FormPage {
            title: evil.clone(),
            lead: evil.clone(),
            error: Some(evil.clone()),
            points: vec![evil.clone()],
            code: Some(evil.clone()),
            action: Some(evil.clone()),
            hidden: vec![("a".into(), evil.clone())],
            fields: vec![Field { value: evil.clone(), ..Field::default() }],
            links: vec![(evil.clone(), "/".into())],
            ..FormPage::default()
        });
        assert!(!page.contains("<script>"), "{page}");
    }
}
