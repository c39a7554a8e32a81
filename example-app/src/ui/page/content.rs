//! The one page of an organization: content from the database, blocks with their data.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};
use portcullis_core::access::OrganizationSummary;
use portcullis_frontend::{Can, use_access};

use crate::{
    model::PageView,
    permissions::PAGES_EDIT,
    ui::{
        block::{BlockOnPage, KnownRoles, PageChanges},
        data::{LoadedPage, load_page},
        icon::Icon,
        problem::ProblemPage,
    },
};

/// The page that an organization begins with.
const FIRST: &str = "dashboard";

/// Shows the page of the address.
#[component]
pub(in crate::ui) fn ContentPage() -> impl IntoView {
    let params = use_params_map();
    let search = use_location().search;
    let revision = use_access().revision();
    let address = Memo::new(move |_| {
        let params = params.read();
        (params.get("org").unwrap_or_default(), params.get("slug").unwrap_or_else(|| FIRST.to_owned()))
    });
    let page = Resource::new(
        move || (address.get(), search.get(), revision.get()),
        |((org, slug), search, _)| load_page(org, slug, search.trim_start_matches('?').to_owned()),
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => Either::Left(view! { <PageWithBlocks page/> }),
                    Err(problem) => Either::Right(view! { <ProblemPage problem/> }),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn PageWithBlocks(page: LoadedPage) -> impl IntoView {
    let LoadedPage { org, view, blocks, roles } = page;
    provide_context(PageChanges(RwSignal::new(0)));
    provide_context(KnownRoles(roles));
    let name = use_access().organization().get_untracked();
    let slug = view.slug.clone();
    let edit = format!("/o/{org}/pages/{slug}/edit");
    let blocks =
        blocks.into_iter().map(|block| view! { <BlockOnPage org=org.clone() slug=slug.clone() block/> }).collect_view();
    let layout = if slug == FIRST { "blocks blocks-dashboard" } else { "blocks" };
    view! {
        <Title text=title_of(&view, name.as_ref())/>
        <Breadcrumbs org=org.clone() view=view.clone()/>
        <header class="page-head page-head-actions">
            <div>
                <h1>{view.title.clone()}</h1>
                {(!view.description.is_empty()).then(|| view! { <p>{view.description.clone()}</p> })}
            </div>
            <Can permission=PAGES_EDIT>
                <a class="pc-button pc-quiet" href=edit.clone()><Icon name="edit"/>"Edit page"</a>
            </Can>
        </header>
        <div class=layout>{blocks}</div>
    }
    .into_any()
}

#[component]
fn Breadcrumbs(org: String, view: PageView) -> impl IntoView {
    let name =
        use_access().organization().get_untracked().map_or_else(|| org.clone(), |organization| organization.name);
    let home = format!("/o/{org}");
    let steps = view
        .breadcrumbs
        .iter()
        // The organization's own name leads there already.
        .filter(|step| step.href.trim_end_matches('/') != home)
        .map(|step| {
            let title = step.title.clone();
            if step.href.is_empty() || step.title == view.title {
                view! { <li aria-current="page">{title}</li> }.into_any()
            } else {
                view! { <li><a href=step.href.clone()>{title}</a></li> }.into_any()
            }
        })
        .collect_view();
    view! {
        <nav class="breadcrumbs" aria-label="Breadcrumb">
            <ol>
                <li><a href=home.clone()>{name}</a></li>
                {steps}
            </ol>
        </nav>
    }
    .into_any()
}

fn title_of(view: &PageView, organization: Option<&OrganizationSummary>) -> String {
    organization.map_or_else(|| view.title.clone(), |organization| format!("{} · {}", view.title, organization.name))
}
