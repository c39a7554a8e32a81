//! What a page needs, loaded together, so that it is whole when it is first drawn.

use std::future::Future;

use portcullis_frontend::set_status;
use serde::{Deserialize, Serialize};

use super::side::Source;
use crate::model::{Block, BlockView, PageDraft, PageView, Problem, Role, Shell};

/// A page with the data of every block on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LoadedPage {
    pub(crate) org: String,
    pub(crate) view: PageView,
    pub(crate) blocks: Vec<LoadedBlock>,
    /// The names of the organization's roles, where a block on the page gives them out.
    pub(crate) roles: Vec<String>,
}

/// A block with its data, or with the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LoadedBlock {
    pub(crate) view: BlockView,
    /// The query that was asked, to ask it again.
    pub(crate) query: String,
    pub(crate) data: Result<serde_json::Value, Problem>,
}

/// The frame of an organization.
pub(crate) fn load_shell(org: String) -> impl Future<Output = Result<Shell, Problem>> + Send {
    let source = Source::of_request();
    async move { source.shell(&org).await }
}

/// A page and its blocks. A block that cannot be loaded fails alone.
///
/// `query` reaches the blocks that fill the page; a compact block shows its first rows.
pub(crate) fn load_page(
    org: String,
    slug: String,
    query: String,
) -> impl Future<Output = Result<LoadedPage, Problem>> + Send {
    let source = Source::of_request();
    async move {
        let view = noted(source.page(&org, &slug).await)?;
        let mut blocks = Vec::with_capacity(view.blocks.len());
        for block in &view.blocks {
            let query = query_of(block, &slug, &query);
            let data = source.block(&org, &block.kind, &query).await;
            blocks.push(LoadedBlock { view: block.clone(), query, data });
        }
        let gives_roles = view.blocks.iter().any(|block| block.kind == "members");
        let roles = if gives_roles { role_names(&source, &org).await } else { Vec::new() };
        Ok(LoadedPage { org, view, blocks, roles })
    }
}

/// The names of the organization's roles; none for those who may not see them.
async fn role_names(source: &Source, org: &str) -> Vec<String> {
    let Ok(block) = source.block(org, "roles", "").await else { return Vec::new() };
    let Ok(Block::<Role> { data, .. }) = serde_json::from_value(block) else { return Vec::new() };
    data.into_iter().map(|role| role.name).collect()
}

/// One block again.
pub(crate) fn load_block(
    org: String,
    kind: String,
    query: String,
) -> impl Future<Output = Result<serde_json::Value, Problem>> + Send {
    let source = Source::of_request();
    async move { source.block(&org, &kind, &query).await }
}

/// A page for its editor, with the roles that it can ask for; no slug begins a new one.
pub(crate) fn load_draft(
    org: String,
    slug: Option<String>,
) -> impl Future<Output = Result<(PageDraft, Vec<String>), Problem>> + Send {
    let source = Source::of_request();
    async move {
        let draft = match slug {
            Some(slug) => noted(source.draft(&org, &slug).await)?,
            None => PageDraft::default(),
        };
        Ok((draft, role_names(&source, &org).await))
    }
}

/// Whether a block shows its first rows only: it stands on a page that is not its own.
pub(crate) fn is_compact(block: &BlockView, slug: &str) -> bool {
    block.settings.get("compact").and_then(serde_json::Value::as_bool).unwrap_or(block.kind != slug)
}

fn query_of(block: &BlockView, slug: &str, query: &str) -> String {
    let compact = is_compact(block, slug);
    let per_page = block.settings.get("per_page").and_then(serde_json::Value::as_u64);
    let mut parts: Vec<String> = Vec::new();
    if !compact && !query.is_empty() {
        parts.push(query.to_owned());
    }
    if let Some(state) = block.settings.get("state").and_then(serde_json::Value::as_str).filter(|_| compact) {
        parts.push(format!("state={state}"));
    }
    if let Some(rows) = per_page.or(compact.then_some(5)).filter(|_| !query.contains("per_page=")) {
        parts.push(format!("per_page={rows}"));
    }
    parts.join("&")
}

/// Lets the page's status say what went wrong; in the browser there is none to set.
fn noted<T>(outcome: Result<T, Problem>) -> Result<T, Problem> {
    outcome.inspect_err(|problem| set_status(problem.status))
}
