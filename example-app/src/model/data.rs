//! What the pages need of the server while they are rendered there.

use async_trait::async_trait;

use super::{PageDraft, PageView, Problem, Shell};

/// The data of one request: the implementation holds the verified context of its caller, and
/// answers what the API would have answered.
///
/// Found in the Leptos context as `Arc<dyn PortalData>`.
#[async_trait]
pub trait PortalData: Send + Sync {
    /// The frame around the pages of an organization: `GET /api/o/{org}/shell`.
    ///
    /// # Errors
    /// With the problem document that the API would have answered.
    async fn shell(&self, org: &str) -> Result<Shell, Problem>;

    /// A page: `GET /api/o/{org}/pages/{slug}`. The first page of an organization is `dashboard`.
    ///
    /// # Errors
    /// As [`Self::shell`].
    async fn page(&self, org: &str, slug: &str) -> Result<PageView, Problem>;

    /// A block: `GET /api/o/{org}/{kind}?{query}`. `kind` is also `pages` (the editor's list of
    /// [`super::PageSummary`]) and `sessions` (those of the caller).
    ///
    /// # Errors
    /// As [`Self::shell`].
    async fn block(&self, org: &str, kind: &str, query: String) -> Result<serde_json::Value, Problem>;

    /// A page for its editor: `GET /api/o/{org}/pages/{slug}/draft`; demands `pages:edit`.
    ///
    /// # Errors
    /// As [`Self::shell`].
    async fn page_draft(&self, org: &str, slug: &str) -> Result<PageDraft, Problem>;

    /// Writes a page; demands `pages:edit`. Version 0 is a new one.
    ///
    /// # Errors
    /// As [`Self::shell`]; 409 when somebody else changed it meanwhile.
    async fn save_page(&self, org: &str, draft: PageDraft) -> Result<PageDraft, Problem>;
}
