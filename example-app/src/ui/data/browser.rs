//! In the browser: the API.

use portcullis_frontend::fetch;

use crate::model::{PageDraft, PageView, Problem, Shell};

/// The API of our own origin.
pub(super) struct Source;

impl Source {
    pub(super) const fn of_request() -> Self {
        Self
    }

    pub(super) async fn shell(&self, org: &str) -> Result<Shell, Problem> {
        fetch::get(&format!("/api/o/{org}/shell")).await
    }

    pub(super) async fn page(&self, org: &str, slug: &str) -> Result<PageView, Problem> {
        fetch::get(&format!("/api/o/{org}/pages/{slug}")).await
    }

    pub(super) async fn block(&self, org: &str, kind: &str, query: &str) -> Result<serde_json::Value, Problem> {
        let path = if kind == "sessions" { "/auth/sessions".to_owned() } else { format!("/api/o/{org}/{kind}") };
        fetch::get(&if query.is_empty() { path } else { format!("{path}?{query}") }).await
    }

    pub(super) async fn draft(&self, org: &str, slug: &str) -> Result<PageDraft, Problem> {
        fetch::get(&format!("/api/o/{org}/pages/{slug}/draft")).await
    }
}
