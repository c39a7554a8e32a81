//! The card around a block: heading, state, and what stands there when the data cannot.

use leptos::prelude::*;
use portcullis_frontend::{Reason, use_access};
use serde::de::DeserializeOwned;

use super::handle::{Handle, Notice, Place};
use crate::{
    model::{Block, PaymentsSummary, Problem, SessionRow, SettingsBlock},
    ui::{
        icon::Icon,
        problem::{chips, missing},
    },
};

/// Data that may hold nothing to show.
pub(super) trait Emptiness {
    /// Whether there is nothing to show.
    fn is_empty(&self) -> bool;
}

impl<T> Emptiness for Block<T> {
    fn is_empty(&self) -> bool {
        self.data.is_empty()
    }
}

impl Emptiness for PaymentsSummary {
    fn is_empty(&self) -> bool {
        self.data.currencies.is_empty()
    }
}

impl Emptiness for SettingsBlock {
    fn is_empty(&self) -> bool {
        false
    }
}

impl Emptiness for Vec<SessionRow> {
    fn is_empty(&self) -> bool {
        Self::is_empty(self)
    }
}

/// What a block says of itself.
pub(super) struct About {
    /// Its heading, where the page gives none.
    pub(super) title: &'static str,
    /// Its icon.
    pub(super) icon: &'static str,
    /// What will appear here, and why nothing does.
    pub(super) empty: &'static str,
    /// Whether a compact block leads to its page.
    pub(super) has_page: bool,
}

/// The card with the body for the data; `head` stands above it in every readable state.
pub(super) fn card<T>(
    handle: Handle<T>,
    about: About,
    head: impl Fn(&T) -> AnyView + Send + Sync + 'static,
    body: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: DeserializeOwned + Emptiness + Clone + Send + Sync + 'static,
{
    let About { title, icon, empty, has_page } = about;
    let place = handle.place.get_value();
    let state = move || handle.data.with(|data| state_of(data.as_ref().map(Emptiness::is_empty), handle.loading.get()));
    let content = move || {
        handle.data.with(|data| match data {
            Ok(data) if data.is_empty() => view! {
                {head(data)}
                <div class="empty"><Icon name=icon/><p>{empty_words(&handle.place.get_value(), empty)}</p></div>
            }
            .into_any(),
            Ok(data) => view! {
                {head(data)}
                {body(data.clone())}
            }
            .into_any(),
            Err(problem) => unshown(problem, handle.place.get_value(), Some(Callback::new(move |()| handle.reload()))),
        })
    };
    let more = (place.compact && has_page).then(|| view! { <a class="block-more" href=place.page()>"View all"</a> });
    view! {
        <section class=format!("block block-{}", place.kind) data-part="block" data-block=place.kind.clone() data-state=state
            aria-label=place.title_or(title) aria-busy=move || handle.loading.get().to_string()>
            <header class="block-head">
                <h2>{place.title_or(title)}</h2>
                {more}
            </header>
            {move || handle.notice.get().map(notice)}
            {content}
        </section>
    }
    .into_any()
}

/// A block that this portal cannot show.
#[component]
pub(super) fn Unshown(place: Place, problem: Problem) -> impl IntoView {
    let (title, kind) = (place.title_or(&place.kind), place.kind.clone());
    let heading = title.clone();
    view! {
        <section class="block" data-part="block" data-block=kind data-state="failed" aria-label=title>
            <header class="block-head"><h2>{heading}</h2></header>
            {unshown(&problem, place, None)}
        </section>
    }
    .into_any()
}

fn state_of(empty: Result<bool, &Problem>, loading: bool) -> &'static str {
    match empty {
        _ if loading => "loading",
        Err(problem) if matches!(problem.status, 401 | 403) => "forbidden",
        Err(_) => "failed",
        Ok(true) => "empty",
        Ok(false) => "ready",
    }
}

fn empty_words(place: &Place, empty: &'static str) -> AnyView {
    let filtered = !place.compact
        && place.query.split('&').any(|pair| {
            pair.split_once('=')
                .is_some_and(|(name, value)| matches!(name, "state" | "currency" | "q") && !value.is_empty())
        });
    if filtered {
        view! { "Nothing matches the filter. " <a href=format!("/o/{}/{}", place.org, place.slug)>"Clear the filter"</a> }.into_any()
    } else {
        empty.into_any()
    }
}

fn unshown(problem: &Problem, place: Place, retry: Option<Callback<()>>) -> AnyView {
    let reason = Reason::of_problem(problem, use_access().vocabulary());
    let refused = matches!(problem.status, 401 | 403);
    let (icon, title) = match refused {
        true => ("lock", "You cannot see this here"),
        false => ("alert", "This could not be loaded"),
    };
    let text = if refused { reason.needed.clone() } else { format!("{} Your data is safe.", reason.needed) };
    let try_again = (!refused).then_some(retry).flatten().map(|retry| {
        view! {
            <a class="pc-button" href=place.here() rel="external" on:click=move |event| {
                event.prevent_default();
                retry.run(());
            }>"Try again"</a>
        }
    });
    view! {
        <div class="unshown" role=if refused { "note" } else { "alert" }>
            <Icon name=icon/>
            <div>
                <strong>{title}</strong>
                <p>{text}</p>
                {missing(problem)}
                {(!reason.grantable_by.is_empty()).then(|| view! {
                    <p class="unshown-help">"Can be granted by " {chips(&reason.grantable_by)}</p>
                })}
                {(!problem.instance.is_empty()).then(|| view! { <p class="problem-id">"Request " <code>{problem.instance.clone()}</code></p> })}
                {try_again}
            </div>
        </div>
    }
    .into_any()
}

fn notice(notice: Notice) -> AnyView {
    match notice {
        Notice::Done(text) => {
            view! { <p class="block-notice" data-tone="ok" role="status"><Icon name="check"/>{text}</p> }.into_any()
        }
        Notice::Failed(text) => {
            view! { <p class="block-notice" data-tone="danger" role="alert"><Icon name="alert"/>{text}</p> }.into_any()
        }
    }
}
