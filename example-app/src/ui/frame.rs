//! The frame around the pages of an organization: navigation, top bar, switcher, search, person.

use leptos::{either::Either, prelude::*};
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_params_map, use_query_map},
};
use portcullis_frontend::{Can, OrgSwitcher, UserMenu, use_access};

use super::{data::load_shell, icon::Icon};
use crate::{
    model::{NavItem, NavSection, Problem, Shell},
    permissions::PAGES_EDIT,
};

/// The frame, with the page inside.
#[component]
pub(super) fn Frame() -> impl IntoView {
    let params = use_params_map();
    let org = Memo::new(move |_| params.read().get("org").unwrap_or_default());
    let revision = use_access().revision();
    let shell = Resource::new(move || (org.get(), revision.get()), |(org, _)| load_shell(org));
    provide_context(CurrentShell(shell));
    view! {
        <a class="skip" href="#content">"Skip to the content"</a>
        <div class="frame">
            <Transition>
                {move || Suspend::new(async move {
                    match shell.await {
                        Ok(shell) => Either::Left(chrome(&shell)),
                        Err(_) => Either::Right(bare_chrome()),
                    }
                })}
            </Transition>
            <main class="content" id="content" tabindex="-1">
                <Outlet/>
            </main>
        </div>
    }
    .into_any()
}

/// The frame's data for the pages within: search, breadcrumbs.
#[derive(Clone, Copy)]
pub(super) struct CurrentShell(pub(super) Resource<Result<Shell, Problem>>);

fn chrome(shell: &Shell) -> AnyView {
    let org = shell.organization.slug.clone();
    let bottom: Vec<NavItem> = shell.navigation.iter().flat_map(|section| section.items.clone()).take(4).collect();
    let sections = shell.navigation.clone();
    let drawer = shell.navigation.clone();
    let pages = StoredValue::new(format!("/o/{org}/pages"));
    view! {
        <header class="topbar">
            <a class="brand" href="/" rel="external" aria-label="Portcullis: start page">
                <BrandMark/>
                <span>"Portcullis"</span>
            </a>
            <span class="topbar-divider" aria-hidden="true">"/"</span>
            <OrgSwitcher/>
            <SearchBox org=org.clone()/>
            <UserMenu>
                <Can permission=PAGES_EDIT>
                    <a class="pc-menu-item" href=pages.get_value()><Icon name="edit"/>"Edit pages"</a>
                </Can>
            </UserMenu>
        </header>
        <aside class="sidebar" aria-label="Main">
            <Navigation sections/>
        </aside>
        <nav class="bottombar" aria-label="Short">
            {bottom.into_iter().map(|item| view! { <NavLink item/> }).collect_view()}
            <details class="drawer" name="pc-topbar">
                <summary class="nav-link"><Icon name="menu"/><span>"More"</span></summary>
                <div class="drawer-body"><Navigation sections=drawer/></div>
            </details>
        </nav>
    }
    .into_any()
}

/// The frame where the organization cannot be shown: it still leads elsewhere.
fn bare_chrome() -> AnyView {
    view! {
        <header class="topbar">
            <a class="brand" href="/" rel="external" aria-label="Portcullis: start page">
                <BrandMark/>
                <span>"Portcullis"</span>
            </a>
            <span class="topbar-divider" aria-hidden="true">"/"</span>
            <OrgSwitcher/>
            <UserMenu/>
        </header>
    }
    .into_any()
}

/// The portcullis of the brand.
#[component]
pub(super) fn BrandMark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
            <path class="brand-arch" d="M3 21V11a9 9 0 0 1 18 0v10"/>
            <path d="M8 5v16M12 2.5V21M16 5v16M4 10h16M4 15h16"/>
        </svg>
    }
    .into_any()
}

#[component]
fn Navigation(sections: Vec<NavSection>) -> impl IntoView {
    sections
        .into_iter()
        .map(|section| {
            let links = section.items.into_iter().map(|item| view! { <li><NavLink item/></li> }).collect_view();
            view! {
                <div class="nav-section">
                    {(!section.title.is_empty()).then(|| view! { <h2>{section.title.clone()}</h2> })}
                    <ul>{links}</ul>
                </div>
            }
        })
        .collect_view()
        .into_any()
}

#[component]
fn NavLink(item: NavItem) -> impl IntoView {
    let path = use_location().pathname;
    let href = item.href.clone();
    let current = move || path.with(|path| path.trim_end_matches('/') == href.trim_end_matches('/')).then_some("page");
    let icon = if item.icon.is_empty() { item.slug.clone() } else { item.icon.clone() };
    view! {
        <a class="nav-link" href=item.href.clone() aria-current=current>
            <Icon name=icon/>
            <span>{item.title.clone()}</span>
        </a>
    }
    .into_any()
}

/// Finds pages. A form like any other, so it works without script.
#[component]
fn SearchBox(org: String) -> impl IntoView {
    let query = use_query_map();
    view! {
        <form class="search" role="search" method="get" action=format!("/o/{org}/search")>
            <Icon name="search"/>
            <input
                type="search"
                name="q"
                placeholder="Search pages"
                aria-label="Search pages"
                autocomplete="off"
                value=move || query.read().get("q").unwrap_or_default()
            />
        </form>
    }
    .into_any()
}
