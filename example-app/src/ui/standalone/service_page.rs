//! The page of a connected service: what it says of the person, or what they have to allow first.

use leptos::prelude::*;

use super::document;
use crate::ui::icon::Icon;

/// What such a page shows.
#[derive(Clone, Debug)]
pub struct ServicePage {
    /// The service's name.
    pub service: String,
    /// How the person came back from it.
    pub note: Option<&'static str>,
    /// What there is.
    pub shown: ServiceShown,
}

/// What there is.
#[derive(Clone, Debug)]
pub enum ServiceShown {
    /// What the service says: name and value.
    Facts(Vec<(String, String)>),
    /// What has to be allowed first.
    Prompt(ServicePrompt),
}

/// What has to be allowed first.
#[derive(Clone, Debug)]
pub struct ServicePrompt {
    /// What is asked for, by the service's own names.
    pub scopes: Vec<String>,
    /// The way to it, which leads back here.
    pub href: String,
}

/// The page.
#[must_use]
pub fn service_page(page: ServicePage) -> String {
    let ServicePage { service, note, shown } = page;
    let title = format!("Your account at {service}");
    let body = match shown {
        ServiceShown::Facts(facts) => shown_facts(facts),
        ServiceShown::Prompt(prompt) => shown_prompt(&service, prompt),
    };
    let body = view! {
        <main class="sheet" id="content" data-part="service">
            <h1>{title.clone()}</h1>
            {note.map(|note| view! { <p class="sheet-note" role="status">{note}</p> })}
            {body}
            <p class="sheet-links"><a href="/account">"Your account"</a></p>
        </main>
    };
    document(&format!("{title} · Portcullis"), body.into_any())
}

fn shown_facts(facts: Vec<(String, String)>) -> AnyView {
    let nothing = facts.is_empty().then(|| view! { <p>"It says nothing that could be shown."</p> });
    let rows = facts
        .into_iter()
        .map(|(name, value)| view! { <li><div><strong>{value}</strong><span>{name}</span></div></li> })
        .collect_view();
    view! {
        <p>"What the service says of you, asked on your behalf a moment ago."</p>
        {nothing}
        <ul class="sheet-rows" data-part="service-facts">{rows}</ul>
    }
    .into_any()
}

fn shown_prompt(service: &str, prompt: ServicePrompt) -> AnyView {
    let ServicePrompt { scopes, href } = prompt;
    let scopes = (!scopes.is_empty()).then(|| {
        let scopes = scopes.into_iter().map(|scope| view! { <li><Icon name="check"/><span>{scope}</span></li> });
        view! { <ul class="scopes">{scopes.collect_view()}</ul> }
    });
    view! {
        <p>{format!("The portal can show this once you allow it at {service}:")}</p>
        {scopes}
        <div class="form" data-part="needs-consent">
            <a class="pc-button pc-primary" href=href data-part="connect">{format!("Allow at {service}")}</a>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_says_stays_text() {
        let evil = "\"><script>".to_owned();
        for shown in [
            ServiceShown::Facts(vec![(evil.clone(), evil.clone())]),
            ServiceShown::Prompt(ServicePrompt { scopes: vec![evil.clone()], href: evil.clone() }),
        ] {
            let page = service_page(ServicePage { service: evil.clone(), note: None, shown });
            assert!(!page.contains("<script>"), "{page}");
        }
    }
}
