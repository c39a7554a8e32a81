//! A block's data as signals: shown, loaded again, changed by forms.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use portcullis_core::{ProblemDetails, ProblemKind};
use portcullis_frontend::{Reason, fetch};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web_sys::{HtmlButtonElement, HtmlFormElement};

use crate::{model::Problem, permissions::VOCABULARY, ui::data::load_block};

/// Where a block stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) org: String,
    pub(super) slug: String,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) compact: bool,
    pub(super) query: String,
}

impl Place {
    /// The API's address of the block's resource, with a path behind it.
    pub(super) fn api(&self, rest: &str) -> String {
        format!("/api/o/{}/{}{rest}", self.org, self.kind)
    }

    /// The page that the block fills.
    pub(super) fn page(&self) -> String {
        format!("/o/{}/{}", self.org, self.kind)
    }

    /// The page that the block stands on: where a form without script comes back to.
    pub(super) fn here(&self) -> String {
        let query = if self.compact || self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        format!("/o/{}/{}{query}", self.org, self.slug)
    }

    /// The block's heading: the page's word, else its own.
    pub(super) fn title_or(&self, own: &str) -> String {
        if self.title.is_empty() { own.to_owned() } else { self.title.clone() }
    }
}

/// Rises when a form on the page changed something: every block there loads again.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct PageChanges(pub(in crate::ui) RwSignal<u32>);

/// A block's data, and what can be done with it.
pub(super) struct Handle<T: Send + Sync + 'static> {
    pub(super) data: RwSignal<Result<T, Problem>>,
    pub(super) loading: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
    /// What the last form came to.
    pub(super) notice: RwSignal<Option<Notice>>,
    pub(super) place: StoredValue<Place>,
    changes: RwSignal<u32>,
}

/// What a form came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    Done(String),
    Failed(String),
}

impl<T: Send + Sync + 'static> Clone for Handle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Handle<T> {}

impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Handle<T> {
    pub(super) fn new(place: Place, data: Result<serde_json::Value, Problem>) -> Self {
        let changes = use_context::<PageChanges>().map_or_else(|| RwSignal::new(0), |PageChanges(changes)| changes);
        let handle = Self {
            data: RwSignal::new(data.and_then(read)),
            loading: RwSignal::new(false),
            busy: RwSignal::new(false),
            notice: RwSignal::new(None),
            place: StoredValue::new(place),
            changes,
        };
        Effect::new(move |before: Option<u32>| {
            let now = changes.get();
            if before.is_some_and(|before| before != now) {
                handle.reload();
            }
            now
        });
        handle
    }

    /// Loads the data again; what is shown stays until the answer is there.
    pub(super) fn reload(self) {
        let place = self.place.get_value();
        self.loading.set(true);
        spawn_local(async move {
            let data = load_block(place.org, place.kind, place.query).await;
            // The page may have been left meanwhile: then nobody is there to be told.
            self.data.try_set(data.and_then(read));
            self.loading.try_set(false);
        });
    }

    /// Sends a form of the block by script: the page stays, and its blocks load again.
    pub(super) fn submit(self, event: SubmitEvent, done: &'static str) {
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()) else { return };
        event.prevent_default();
        if self.busy.get_untracked() {
            return;
        }
        let pressed = event
            .submitter()
            .and_then(|button| button.dyn_into::<HtmlButtonElement>().ok())
            .map(|button| (button.name(), button.value()));
        self.send(done, async move {
            fetch::post_form(&form, pressed).await?;
            form.reset();
            Ok(())
        });
    }

    /// Sends something by script, and tells what came of it.
    pub(super) fn send(self, done: &'static str, request: impl Future<Output = Result<(), Problem>> + 'static) {
        self.busy.set(true);
        spawn_local(async move {
            let notice = match request.await {
                Ok(()) => Notice::Done(done.to_owned()),
                Err(problem) => Notice::Failed(Reason::of_problem(&problem, VOCABULARY).sentence()),
            };
            self.busy.try_set(false);
            self.notice.try_set(Some(notice));
            // After a refusal too: what is shown was out of date.
            self.changes.try_update(|changes| *changes += 1);
        });
    }
}

fn read<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_json::from_value(value)
        .map_err(|_| ProblemDetails::new(ProblemKind::Unavailable).with_detail("the answer could not be read"))
}
