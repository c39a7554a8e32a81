//! `/api/o/{org}/shell`: the frame around the pages, filtered by what the caller may see.

use axum::{Json, extract::State};
use portcullis_middleware::{Caller, Org, Rejection, require_login};

use super::AppState;
use crate::{
    model::{NavItem, NavSection, Shell, ShellOrganization},
    permissions::VOCABULARY,
};

/// The organization and its navigation.
#[require_login]
pub(super) async fn shell(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
) -> Result<Json<Shell>, Rejection> {
    let organization = org.organization();
    let pages = state.database.pages_of(organization.id).await?;
    let mut navigation: Vec<NavSection> = Vec::new();
    for page in pages.into_iter().filter(|page| page.content.nav_visible) {
        if access.decide(&page.requirement(VOCABULARY)).is_deny() {
            continue;
        }
        let content = page.content;
        let href = href(organization.slug.as_str(), &content.slug);
        let item = NavItem { slug: content.slug, title: content.title, icon: content.icon, href };
        match navigation.iter_mut().find(|section| section.title == content.nav_section) {
            Some(section) => section.items.push(item),
            None => navigation.push(NavSection { title: content.nav_section, items: vec![item] }),
        }
    }
    let organization =
        ShellOrganization { slug: organization.slug.as_str().into(), name: organization.name.as_ref().into() };
    Ok(Json(Shell { organization, navigation }))
}

/// The first page of an organization is the dashboard.
pub(super) fn href(org: &str, slug: &str) -> String {
    if slug == "dashboard" { format!("/o/{org}") } else { format!("/o/{org}/{slug}") }
}
