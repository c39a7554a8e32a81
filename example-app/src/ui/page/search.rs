//! Finds pages among those that the person may see.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use portcullis_frontend::set_status;

use crate::{
    model::{NavItem, Shell},
    ui::{frame::CurrentShell, icon::Icon, problem::ProblemPage},
};

/// Lists the pages whose title or name contains what was asked for.
#[component]
pub(in crate::ui) fn SearchPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.read().get("q").unwrap_or_default());
    let CurrentShell(shell) = expect_context();
    view! {
        <Title text="Search"/>
        <Transition>
            {move || Suspend::new(async move {
                match shell.await {
                    Ok(shell) => Either::Left(results(&shell, &asked.get())),
                    Err(problem) => {
                        set_status(problem.status);
                        Either::Right(view! { <ProblemPage problem/> })
                    }
                }
            })}
        </Transition>
    }
}

fn results(shell: &Shell, asked: &str) -> AnyView {
    let found = matching(shell, asked);
    let count = found.len();
    let items = found
        .into_iter()
        .map(|item| {
            let icon = if item.icon.is_empty() { item.slug.clone() } else { item.icon.clone() };
            view! { <li><a class="result" href=item.href.clone()><Icon name=icon/><span>{item.title.clone()}</span></a></li> }
        })
        .collect_view();
    view! {
        <header class="page-head">
            <h1>{if asked.is_empty() { "All pages".to_owned() } else { format!("Pages for “{asked}”") }}</h1>
            <p role="status">{if count == 1 { "1 page".to_owned() } else { format!("{count} pages") }}</p>
        </header>
        <ul class="results">{items}</ul>
        {(count == 0).then(|| view! {
            <p class="empty-note">"No page that you may see is called like this. Try a shorter word."</p>
        })}
    }
    .into_any()
}

fn matching<'a>(shell: &'a Shell, asked: &str) -> Vec<&'a NavItem> {
    let asked = asked.trim().to_lowercase();
    shell
        .navigation
        .iter()
        .flat_map(|section| &section.items)
        .filter(|item| item.title.to_lowercase().contains(&asked) || item.slug.contains(&asked))
        .collect()
}
