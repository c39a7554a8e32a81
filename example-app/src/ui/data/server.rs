//! On the server: the data of the request, without a detour over HTTP.

use std::sync::Arc;

use leptos::prelude::use_context;
use portcullis_core::{ProblemDetails, ProblemKind};

use crate::model::{PageDraft, PageView, PortalData, Problem, Shell};

/// Takes the request's data out of the context, before anything waits.
pub(super) struct Source(Option<Arc<dyn PortalData>>);

impl Source {
    pub(super) fn of_request() -> Self {
        Self(use_context())
    }

    fn data(&self) -> Result<&dyn PortalData, Problem> {
        self.0.as_deref().ok_or_else(|| ProblemDetails::new(ProblemKind::Unavailable))
    }

    pub(super) async fn shell(&self, org: &str) -> Result<Shell, Problem> {
        self.data()?.shell(org).await
    }

    pub(super) async fn page(&self, org: &str, slug: &str) -> Result<PageView, Problem> {
        self.data()?.page(org, slug).await
    }

    pub(super) async fn block(&self, org: &str, kind: &str, query: &str) -> Result<serde_json::Value, Problem> {
        self.data()?.block(org, kind, query.to_owned()).await
    }

    pub(super) async fn draft(&self, org: &str, slug: &str) -> Result<PageDraft, Problem> {
        self.data()?.page_draft(org, slug).await
    }
}
