//! The page editor: title, place, who may see it, what stands on it.

use leptos::{either::Either, ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use portcullis_frontend::require_permission;

use super::save::save_page;
use crate::{
    model::{BlockView, PageDraft},
    permissions::VOCABULARY,
    ui::{data::load_draft, problem::ProblemPage},
};

/// The kinds of blocks that a page can hold.
const KINDS: [&str; 11] = [
    "payments",
    "invoices",
    "tickets",
    "services",
    "orders",
    "notifications",
    "members",
    "roles",
    "settings",
    "audit",
    "sessions",
];

/// Edits the page of the address; `new` begins one.
#[require_permission("pages:edit")]
#[component]
pub(in crate::ui) fn PageEditor() -> impl IntoView {
    let params = use_params_map();
    let address = Memo::new(move |_| {
        let params = params.read();
        (params.get("org").unwrap_or_default(), params.get("slug").unwrap_or_default())
    });
    let draft =
        Resource::new(move || address.get(), |(org, slug)| load_draft(org, Some(slug).filter(|slug| slug != "new")));
    view! {
        <Title text="Edit page"/>
        <Transition>
            {move || Suspend::new(async move {
                match draft.await {
                    Ok((draft, roles)) => {
                        let (org, _) = address.get_untracked();
                        Either::Left(view! { <DraftForm org draft roles/> })
                    }
                    Err(problem) => Either::Right(view! { <ProblemPage problem/> }),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// What became of the last save.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Saved {
    NotYet,
    Saving,
    Done,
    Failed(String),
}

#[component]
fn DraftForm(org: String, draft: PageDraft, roles: Vec<String>) -> impl IntoView {
    let is_new = draft.version == 0;
    let heading = if is_new { "New page".to_owned() } else { format!("Edit “{}”", draft.title) };
    let draft = RwSignal::new(draft);
    let saved = RwSignal::new(Saved::NotYet);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        saved.set(Saved::Saving);
        spawn_local(async move {
            // The person may have left meanwhile: then nobody is there to be told.
            match save_page(draft.get_untracked()).await {
                Ok(now) => {
                    draft.try_set(now);
                    saved.try_set(Saved::Done);
                }
                Err(error) => {
                    saved.try_set(Saved::Failed(words_of(&error)));
                }
            }
        });
    };
    let pages = format!("/o/{org}/pages");
    let shown = move || format!("/o/{org}/{}", draft.with(|draft| draft.slug.clone()));
    view! {
        <nav class="breadcrumbs" aria-label="Breadcrumb"><ol><li><a href=pages>"Pages"</a></li></ol></nav>
        <header class="page-head"><h1>{heading}</h1></header>
        <noscript><p class="block-notice" data-tone="warn">"Saving a page needs script in the browser."</p></noscript>
        <form class="block form form-wide" data-part="page-editor" on:submit=submit>
            <div class="form-row">
                {text(draft, "Title", |draft| &mut draft.title, true)}
                {text(draft, "Address", |draft| &mut draft.slug, true)}
            </div>
            {text(draft, "Description", |draft| &mut draft.description, false)}
            <div class="form-row">
                {text(draft, "Section of the navigation", |draft| &mut draft.section, false)}
                {text(draft, "Icon", |draft| &mut draft.icon, false)}
            </div>
            <fieldset>
                <legend>"Who may see it"</legend>
                <p class="form-hint">"With nothing ticked, every member may. Otherwise one of the roles and all of the permissions are needed."</p>
                <h3>"Roles"</h3>
                <div class="checks-grid">
                    {roles.into_iter().map(|role| member(draft, role, None, |draft| &mut draft.required_roles)).collect_view()}
                </div>
                <h3>"Permissions"</h3>
                <div class="checks-grid">
                    {VOCABULARY
                        .iter()
                        .map(|(_, info)| member(draft, info.key.to_owned(), Some(info.label), |draft| &mut draft.required_permissions))
                        .collect_view()}
                </div>
                <label class="check">
                    <input type="checkbox" prop:checked=move || draft.with(|draft| draft.any_permission)
                        on:change=move |event| draft.update(|draft| draft.any_permission = event_target_checked(&event))/>
                    <span>"One of the permissions is enough"</span>
                </label>
            </fieldset>
            <fieldset>
                <legend>"Blocks"</legend>
                {move || blocks(draft)}
                <button type="button" class="pc-button" data-part="add-block" on:click=move |_| draft.update(|draft| draft.blocks.push(new_block()))>
                    "Add a block"
                </button>
            </fieldset>
            {move || outcome(&saved.get())}
            <div class="page-head-actions">
                <button type="submit" class="pc-button pc-primary" disabled=move || saved.get() == Saved::Saving>"Save"</button>
                <a class="pc-button" href=shown>"Show the page"</a>
            </div>
        </form>
    }
    .into_any()
}

fn text(
    draft: RwSignal<PageDraft>,
    label: &'static str,
    field: fn(&mut PageDraft) -> &mut String,
    required: bool,
) -> impl IntoView {
    let value = move || draft.with(|draft| field(&mut draft.clone()).clone());
    view! {
        <label>
            {label}
            <input class="pc-input" value=draft.with_untracked(|draft| field(&mut draft.clone()).clone()) prop:value=value
                required=required on:input=move |event| draft.update(|draft| *field(draft) = event_target_value(&event))/>
        </label>
    }
    .into_any()
}

fn member(
    draft: RwSignal<PageDraft>,
    name: String,
    label: Option<&'static str>,
    field: fn(&mut PageDraft) -> &mut Vec<String>,
) -> impl IntoView {
    let (value, key) = (name.clone(), name.clone());
    let name = StoredValue::new(name);
    let held = move |draft: &PageDraft| name.with_value(|name| field(&mut draft.clone()).iter().any(|one| one == name));
    let change = move |on: bool| {
        draft.update(|draft| {
            let names = field(draft);
            name.with_value(|name| names.retain(|one| one != name));
            if on {
                names.push(name.get_value());
            }
        });
    };
    view! {
        <label class="check">
            <input type="checkbox" value=value checked=draft.with_untracked(held) prop:checked=move || draft.with(held)
                on:change=move |event| change(event_target_checked(&event))/>
            <span class="two-lines">{label}<code>{key}</code></span>
        </label>
    }
    .into_any()
}

fn blocks(draft: RwSignal<PageDraft>) -> AnyView {
    let shown = draft
        .with(|draft| draft.blocks.iter().map(|block| (block.kind.clone(), block.title.clone())).collect::<Vec<_>>());
    shown
        .into_iter()
        .enumerate()
        .map(|(at, (kind, title))| {
            let kinds = KINDS
                .iter()
                .map(|one| view! { <option value=*one selected={*one == kind}>{*one}</option> })
                .collect_view();
            let change = move |change: &dyn Fn(&mut BlockView)| draft.update(|draft| draft.blocks.get_mut(at).into_iter().for_each(change));
            view! {
                <div class="editor-block">
                    <select class="pc-input" aria-label="Kind of block" on:change=move |event| {
                        let kind = event_target_value(&event);
                        change(&|block| block.kind.clone_from(&kind));
                    }>{kinds}</select>
                    <input class="pc-input" aria-label="Heading" placeholder="Heading" value=title on:change=move |event| {
                        let title = event_target_value(&event);
                        change(&|block| block.title.clone_from(&title));
                    }/>
                    <button type="button" class="pc-button" on:click=move |_| draft.update(|draft| {
                        if at < draft.blocks.len() {
                            draft.blocks.remove(at);
                        }
                    })>"Remove"</button>
                </div>
            }
        })
        .collect_view()
        .into_any()
}

fn new_block() -> BlockView {
    BlockView { kind: "notifications".into(), title: String::new(), settings: serde_json::Value::Null }
}

fn outcome(saved: &Saved) -> AnyView {
    match saved {
        Saved::Done => {
            view! { <p class="block-notice" data-tone="ok" role="status">"Saved. It counts from the next request on."</p> }.into_any()
        }
        Saved::Failed(why) => view! { <p class="block-notice" data-tone="danger" role="alert">{why.clone()}</p> }.into_any(),
        Saved::NotYet | Saved::Saving => ().into_any(),
    }
}

fn words_of(error: &ServerFnError) -> String {
    match error {
        ServerFnError::ServerError(words) => words.clone(),
        other => format!("Not saved: {other}."),
    }
}
