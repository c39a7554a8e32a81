//! Filters, sorting and paging: links and a form on the page's own query, so they work without script.

use leptos::prelude::*;
use leptos_router::{components::Form, hooks::use_query_map, params::ParamsMap};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlFormElement};

use super::handle::Place;
use crate::ui::icon::Icon;

/// A choice of the filter form: the parameter, its label, its values with their words.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) values: Vec<(String, String)>,
}

impl Choice {
    pub(super) fn new(name: &'static str, label: &'static str, values: &[(&str, &str)]) -> Self {
        let values = values.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
        Self { name, label, values }
    }
}

/// The filter form above a block that fills its page; nothing above a compact one.
pub(super) fn filter_form(place: &Place, choices: Vec<Choice>) -> AnyView {
    if place.compact {
        return ().into_any();
    }
    let query = use_query_map().read_untracked().clone();
    let selects = choices
        .into_iter()
        .map(|Choice { name, label, values }| {
            let chosen = query.get(name).unwrap_or_default();
            let options = values
                .into_iter()
                .map(|(value, words)| {
                    let selected = value == chosen;
                    view! { <option value=value selected=selected>{words}</option> }
                })
                .collect_view();
            view! {
                <select class="pc-input" name=name aria-label=label on:change=|event| submit_form_of(&event)>
                    <option value="">{label}</option>
                    {options}
                </select>
            }
        })
        .collect_view();
    let sort = query.get("sort").map(|sort| view! { <input type="hidden" name="sort" value=sort/> });
    let path = format!("/o/{}/{}", place.org, place.slug);
    view! {
        <Form method="get" action=path attr:class="filters" attr:role="search">
            <label class="filter-text">
                <Icon name="search"/>
                <input class="pc-input" type="search" name="q" placeholder="Search" aria-label="Search in this list"
                    value=query.get("q").unwrap_or_default()/>
            </label>
            {selects}
            {sort}
            <button type="submit" class="pc-button">"Apply"</button>
        </Form>
    }
    .into_any()
}

/// The filter with the button that makes something new beside it.
pub(super) fn toolbar(filter: AnyView, create: AnyView) -> AnyView {
    view! { <div class="toolbar">{filter}{create}</div> }.into_any()
}

fn submit_form_of(event: &web_sys::Event) {
    let form = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|field| field.closest("form").ok().flatten())
        .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    if let Some(form) = form {
        // The button beside it does the same.
        form.request_submit().ok();
    }
}

/// A column's heading: a link that sorts by it, or turns the order around.
pub(super) fn sortable(place: &Place, field: &'static str, words: &'static str) -> AnyView {
    if place.compact {
        return words.into_any();
    }
    let query = use_query_map().read_untracked().clone();
    let sorted = query.get("sort").unwrap_or_default();
    let (direction, next) = if sorted == field {
        ("ascending", format!("-{field}"))
    } else if sorted.strip_prefix('-') == Some(field) {
        ("descending", field.to_owned())
    } else {
        ("none", field.to_owned())
    };
    let href = with(query, &[("sort", next), ("page", String::new())]);
    view! { <a class="sort" data-direction=direction href=href title=format!("Sort by {}", words.to_lowercase())>{words}</a> }.into_any()
}

/// The links to the other pages of rows.
pub(super) fn paging(place: &Place, page: u32, pages: u64, total: u64) -> AnyView {
    if place.compact || pages <= 1 {
        return ().into_any();
    }
    let query = use_query_map().read_untracked().clone();
    let to = |page: u32| with(query.clone(), &[("page", page.to_string())]);
    let previous = (page > 1).then(|| to(page - 1));
    let next = (u64::from(page) < pages).then(|| to(page + 1));
    view! {
        <nav class="paging" aria-label="Pages of this list">
            {step(previous, "Previous", "prev")}
            <span>{format!("Page {page} of {pages} · {total} in all")}</span>
            {step(next, "Next", "next")}
        </nav>
    }
    .into_any()
}

fn step(href: Option<String>, words: &'static str, rel: &'static str) -> AnyView {
    match href {
        Some(href) => view! { <a class="pc-button" href=href rel=rel>{words}</a> }.into_any(),
        None => view! { <span class="pc-button" aria-disabled="true">{words}</span> }.into_any(),
    }
}

fn with(mut query: ParamsMap, changes: &[(&'static str, String)]) -> String {
    for (name, value) in changes {
        query.remove(name);
        if !value.is_empty() {
            query.insert((*name).to_owned(), value.clone());
        }
    }
    let text = query.to_query_string();
    if text.is_empty() { "?".to_owned() } else { text }
}
