//! The link that begins a sign-in.

use leptos::prelude::*;

use crate::markup::Element;

/// A link to the sign-in. Afterwards the person is back at `return_to`.
#[component]
pub fn SignIn(
    /// The words on it.
    #[prop(default = "Sign in".into(), into)]
    label: String,
    /// The path to come back to.
    #[prop(optional, into)]
    return_to: String,
    /// The identity provider, where there is a choice.
    #[prop(optional, into)]
    provider: String,
    /// The classes of the link.
    #[prop(default = "pc-button pc-primary".into(), into)]
    class: String,
) -> impl IntoView {
    let mut href = "/auth/login".to_owned();
    for (name, value) in [("provider", provider), ("return_to", return_to)] {
        if !value.is_empty() {
            href.push(if href.contains('?') { '&' } else { '?' });
            href.push_str(&[name, "=", &leptos_router::location::Url::escape(&value)].concat());
        }
    }
    Element::new("a")
        .class(class)
        .attribute("href", href)
        .attributes(&[("rel", "external"), ("data-part", "sign-in")])
        .child(label)
        .into_any()
}
