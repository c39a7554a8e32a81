//! What happens once an organization is chosen: recorded by the server, then a full navigation.
//!
//! The page is left, so no answer for the old organization can paint into the new one, and other
//! tabs stay where they are.

use leptos::prelude::*;
use portcullis_core::access::OrganizationSummary;

use crate::{
    fetch::{self, Answer},
    platform::Json,
    wire,
};

/// Where a switch stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Switch {
    /// Nothing was chosen.
    #[default]
    Idle,
    /// On the way to the organization of this name.
    Switching(String),
    /// Refused or not answered; the page stays where it is.
    Failed(String),
}

/// Switches and leaves the page. Returns only when it failed.
pub(super) async fn switch_to(target: OrganizationSummary, show: impl Fn(Switch)) {
    show(Switch::Switching(target.name.clone()));
    // A slug has no letter that JSON would have to escape.
    let body = [r#"{"organization":""#, target.slug.as_str(), r#""}"#].concat();
    let answer = fetch::exchange("POST", "/auth/organization".to_owned(), Some((body, fetch::JSON)), fetch::JSON).await;
    match answer {
        Some(answer) if answer.ok => {
            super::recent::remember(target.slug.as_str());
            leave_for(&best_page(&target).await);
        }
        Some(answer) if answer.status == 404 => {
            show(Switch::Failed(["You are no longer a member of ", &target.name, "."].concat()));
        }
        answer => show(Switch::Failed(["Not switched: ", &why(answer), "."].concat())),
    }
}

/// The server's words for a refusal: of a problem document, the two members that are for people.
fn why(answer: Option<Answer>) -> String {
    let problem = answer.and_then(|answer| Json::parse(&answer.body));
    let words = |name| problem.as_ref().and_then(|problem| wire::text(problem, name)).filter(|words| !words.is_empty());
    words("detail").or_else(|| words("title")).unwrap_or_else(|| fetch::UNREACHABLE.to_owned())
}

/// The address of an organization.
pub(super) fn home_of(slug: &str) -> String {
    ["/o/", slug].concat()
}

/// The same page in the other organization if it can be shown there, else its home.
async fn best_page(target: &OrganizationSummary) -> String {
    let slug = target.slug.as_str();
    let path = window().location().pathname().unwrap_or_default();
    match same_page(&path, slug) {
        Some(page) if fetch::page_exists(&page).await => return page,
        Some(_) => {
            let note = ["The page you were on is not open to you in ", &target.name, ". This is its start page."];
            super::note::leave(&note.concat());
        }
        None => {}
    }
    home_of(slug)
}

fn same_page(path: &str, slug: &str) -> Option<String> {
    let (_, rest) = path.strip_prefix("/o/")?.split_once('/')?;
    (!rest.is_empty()).then(|| ["/o/", slug, "/", rest].concat())
}

fn leave_for(url: &str) {
    // A browser that refuses to navigate leaves the person where they were.
    window().location().set_href(url).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_page_keeps_what_stands_behind_the_organization() {
        assert_eq!(same_page("/o/acme/invoices", "globex").as_deref(), Some("/o/globex/invoices"));
        assert_eq!(same_page("/o/acme", "globex"), None);
        assert_eq!(same_page("/", "globex"), None);
    }
}
