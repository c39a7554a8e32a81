//! The link that begins a sign-in.

use leptos::prelude::*;

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
    let query: Vec<String> = [("provider", provider), ("return_to", return_to)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", leptos_router::location::Url::escape(&value)))
        .collect();
    let href = if query.is_empty() { "/auth/login".to_owned() } else { format!("/auth/login?{}", query.join("&")) };
    view! { <a class=class href=href rel="external" data-part="sign-in">{label}</a> }.into_any()
}
