//! A page of sections: what there is, what can be done with each, and a form to add to it.

use leptos::prelude::*;

use super::{
    document,
    form_page::{Button, Choice, Field, buttons_of, choices_of, field},
    hidden_fields,
};
use crate::ui::icon::Icon;

/// What such a page shows.
#[derive(Clone, Debug, Default)]
pub struct ListPage {
    /// The headline, and the title of the document.
    pub title: String,
    /// What it is about.
    pub lead: String,
    /// What was just done, or went wrong.
    pub notice: Option<Notice>,
    /// The sections, in order.
    pub sections: Vec<Section>,
    /// Ways elsewhere: words and address.
    pub links: Vec<(String, String)>,
}

/// What was just done, or went wrong.
#[derive(Clone, Debug)]
pub enum Notice {
    /// It was done.
    Done(String),
    /// It was not.
    Failed(String),
    /// Something that is shown now and never again: one on each line.
    Secret {
        /// What to do with it.
        words: String,
        /// The text itself.
        text: String,
    },
}

/// A part of the page.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Its name in the markup.
    pub part: &'static str,
    /// Its headline.
    pub title: &'static str,
    /// What it is for, or that there is nothing.
    pub text: String,
    /// What there is.
    pub rows: Vec<Row>,
    /// What can be added.
    pub form: Option<Form>,
}

/// Something that is there.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub title: String,
    /// More about it.
    pub detail: String,
    /// What can be done with it: words, and where the form is posted.
    pub action: Option<(&'static str, String)>,
}

/// A form of a section.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Where it is posted.
    pub action: String,
    /// Hidden fields that go with it.
    pub hidden: Vec<(String, String)>,
    /// What is typed.
    pub fields: Vec<Field>,
    /// What is ticked.
    pub choices: Vec<Choice>,
    /// The buttons, the most likely last.
    pub buttons: Vec<Button>,
}

/// The page.
#[must_use]
pub fn list_page(page: ListPage) -> String {
    let ListPage { title, lead, notice, sections, links } = page;
    let links = links.into_iter().map(|(words, href)| view! { <a href=href>{words}</a> }).collect_view();
    let body = view! {
        <main class="sheet sheet-wide" id="content">
            <h1>{title.clone()}</h1>
            <p>{lead}</p>
            {notice.map(shown)}
            {sections.into_iter().map(section).collect_view()}
            <p class="sheet-links">{links}</p>
        </main>
    };
    document(&format!("{title} · Portcullis"), body.into_any())
}

fn shown(notice: Notice) -> AnyView {
    match notice {
        Notice::Done(words) => view! { <p class="sheet-note" role="status">{words}</p> }.into_any(),
        Notice::Failed(words) => {
            view! { <p class="sheet-alert" role="alert"><Icon name="alert"/>{words}</p> }.into_any()
        }
        Notice::Secret { words, text } => view! {
            <div class="sheet-note" role="status" data-part="secret">
                <p>{words}</p>
                <pre>{text}</pre>
            </div>
        }
        .into_any(),
    }
}

fn section(section: Section) -> AnyView {
    let Section { part, title, text, rows, form } = section;
    let rows =
        (!rows.is_empty()).then(|| view! { <ul class="sheet-rows">{rows.into_iter().map(row).collect_view()}</ul> });
    let form = form.map(|form| {
        let Form { action, hidden, fields, choices, buttons } = form;
        let fields = fields.into_iter().map(|one| field(one, false)).collect_view();
        view! {
            <form class="form" method="post" action=action>
                {hidden_fields(&hidden)}
                {fields}
                {choices_of(&choices)}
                {buttons_of(&buttons)}
            </form>
        }
    });
    view! {
        <section class="sheet-section" data-part=part>
            <h2>{title}</h2>
            <p>{text}</p>
            {rows}
            {form}
        </section>
    }
    .into_any()
}

fn row(row: Row) -> AnyView {
    let button = row.action.map(|(words, action)| {
        view! { <form method="post" action=action><button type="submit" class="pc-button">{words}</button></form> }
    });
    view! { <li><div><strong>{row.title}</strong><span>{row.detail}</span></div>{button}</li> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        let evil = "\"><script>".to_owned();
        let row = Row { title: evil.clone(), detail: evil.clone(), action: Some(("x", evil.clone())) };
        let page = list_page(ListPage {
            title: evil.clone(),
            lead: evil.clone(),
            notice: Some(Notice::Secret { words: evil.clone(), text: evil.clone() }),
            sections: vec![Section { text: evil.clone(), rows: vec![row], ..Section::default() }],
            links: vec![(evil, "/".into())],
        });
        assert!(!page.contains("<script>"), "{page}");
    }
}
