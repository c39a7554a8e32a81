//! The pages of the organization, for those who edit them.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use portcullis_frontend::{set_status, use_access};

use crate::{
    model::{Block, PageSummary},
    ui::{data::load_block, problem::ProblemPage},
};

/// Lists the pages; each leads to its editor.
#[component]
pub(in crate::ui) fn PageList() -> impl IntoView {
    let params = use_params_map();
    let org = Memo::new(move |_| params.read().get("org").unwrap_or_default());
    let revision = use_access().revision();
    let pages = Resource::new(
        move || (org.get(), revision.get()),
        |(org, _)| async move {
            let data = load_block(org, "pages".into(), String::new()).await;
            data.inspect_err(|problem| set_status(problem.status))
        },
    );
    view! {
        <Title text="Pages"/>
        <Transition>
            {move || Suspend::new(async move {
                match pages.await {
                    Ok(pages) => Either::Left(table(&org.get(), serde_json::from_value(pages).unwrap_or_else(|_| none()))),
                    Err(problem) => Either::Right(view! { <ProblemPage problem/> }),
                }
            })}
        </Transition>
    }
}

fn none() -> Block<PageSummary> {
    Block { data: Vec::new(), permissions: Default::default(), page: 1, per_page: 0, total: 0 }
}

fn table(org: &str, pages: Block<PageSummary>) -> AnyView {
    let rows = pages
        .data
        .into_iter()
        .map(|page| {
            let edit = format!("/o/{org}/pages/{}/edit", page.slug);
            let requires = if page.requires.is_empty() { "every member".to_owned() } else { page.requires.clone() };
            view! {
                <tr>
                    <td data-label="Title"><a class="strong" href=edit.clone()>{page.title.clone()}</a></td>
                    <td data-label="Address"><span class="mono">{format!("/{}", page.slug)}</span></td>
                    <td data-label="Section">{page.section.clone()}</td>
                    <td data-label="Seen by"><code class="chip">{requires}</code></td>
                    <td class="actions"><a class="pc-button pc-small" href=edit>"Edit"</a></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <header class="page-head page-head-actions">
            <div><h1>"Pages"</h1><p>"What this portal shows, and to whom. A change counts from the next request on."</p></div>
            <a class="pc-button pc-primary" href=format!("/o/{org}/pages/new/edit")>"New page"</a>
        </header>
        <section class="block">
            <div class="table-wrap">
                <table class="table">
                    <thead><tr>
                        <th scope="col">"Title"</th><th scope="col">"Address"</th><th scope="col">"Section"</th>
                        <th scope="col">"Seen by"</th><th scope="col"><span class="pc-visually-hidden">"Action"</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
