//! `/api/o/{org}/pages`: content with a decision of its own, stored and edited here.
//!
//! What a page demands is decided from the verified context; what the caller may not see of it is
//! not sent.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use portcullis_core::{AccessContext, Decision, Requirement};
use portcullis_middleware::{Caller, Org, Rejection, require_login, require_permission};
use portcullis_storage::{Mode, Page, PageBlock, PageDraft as Content};

use super::{
    AppState,
    answer::{Input, OrRefuse, not_found},
    block::{BlockBody, whole_block},
    members::actor,
    shell::href,
};
use crate::{
    model::{BlockView, Breadcrumb, PageDraft, PageSummary, PageView},
    permissions::{self, VOCABULARY},
};

/// A page for somebody who may see it, with the blocks that they may see.
#[require_login]
pub(super) async fn view(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, slug)): Path<(String, String)>,
) -> Result<Json<PageView>, Rejection> {
    let page = find(&state, &org, &slug).await?;
    if let Decision::Deny(denial) = access.decide(&page.requirement(VOCABULARY)) {
        return Err(Rejection::denied(&denial, Some(&access)));
    }
    let mut breadcrumbs = Vec::new();
    if slug != "dashboard"
        && let Some(home) = state.database.page(org.organization().id, "dashboard").await?
        && access.decide(&home.requirement(VOCABULARY)).is_allow()
    {
        let href = href(org.organization().slug.as_str(), "dashboard");
        breadcrumbs.push(Breadcrumb { title: home.content.title, href });
    }
    breadcrumbs.push(Breadcrumb { title: page.content.title.clone(), href: String::new() });
    let blocks = page.content.blocks.iter().filter(|block| shows(block, &access)).map(block_view).collect();
    let Content { slug, title, description, .. } = page.content;
    Ok(Json(PageView { slug, title, description, breadcrumbs, blocks, version: page.version }))
}

/// Every page, for the editor.
#[require_permission("pages:edit")]
pub(super) async fn list(
    State(state): State<AppState>,
    Org(org): Org,
) -> Result<Json<BlockBody<PageSummary>>, Rejection> {
    let pages = state.database.pages_of(org.organization().id).await?;
    Ok(whole_block("pages", &org, pages.into_iter().map(summary).collect()))
}

/// A page as it is edited.
#[require_permission("pages:edit")]
pub(super) async fn draft(
    State(state): State<AppState>,
    Org(org): Org,
    Path((_, slug)): Path<(String, String)>,
) -> Result<Json<PageDraft>, Rejection> {
    find(&state, &org, &slug).await.map(|page| Json(draft_of(page)))
}

/// Saves a page; it counts from the next request on.
#[require_permission("pages:edit")]
pub(super) async fn save(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, slug)): Path<(String, String)>,
    Input(draft): Input<PageDraft>,
) -> Result<Json<PageDraft>, Rejection> {
    let version = (draft.version > 0).then_some(draft.version);
    let content = content_of(PageDraft { slug, ..draft });
    let user = actor(&access)?.user;
    let saved = state.database.save_page(org.organization().id, user, &content, version).await.or_refuse()?;
    Ok(Json(draft_of(saved)))
}

/// Deletes a page.
#[require_permission("pages:edit")]
pub(super) async fn delete(
    State(state): State<AppState>,
    Org(org): Org,
    Caller(access): Caller,
    Path((_, slug)): Path<(String, String)>,
) -> Result<StatusCode, Rejection> {
    let page = find(&state, &org, &slug).await?;
    let user = actor(&access)?.user;
    state.database.delete_page(org.organization().id, user, &slug, page.version).await.or_refuse()?;
    Ok(StatusCode::NO_CONTENT)
}

async fn find(state: &AppState, org: &portcullis_core::OrgContext, slug: &str) -> Result<Page, Rejection> {
    state.database.page(org.organization().id, slug).await?.ok_or_else(not_found)
}

/// Whether the caller may see a block: it demands what its endpoint demands.
fn shows(block: &PageBlock, access: &AccessContext) -> bool {
    let permission = match block.kind.as_str() {
        "invoices" | "payments" => permissions::INVOICES_VIEW,
        "tickets" => permissions::TICKETS_VIEW,
        "services" => permissions::SERVICES_VIEW,
        "orders" => permissions::ORDERS_VIEW,
        "notifications" => permissions::NOTIFICATIONS_VIEW,
        "members" | "roles" => permissions::MEMBERS_VIEW,
        "settings" => permissions::SETTINGS_VIEW,
        "audit" => permissions::AUDIT_VIEW,
        "sessions" => return true,
        _ => return false,
    };
    access.decide(&Requirement::Permission(permission)).is_allow()
}

fn block_view(block: &PageBlock) -> BlockView {
    BlockView { kind: block.kind.clone(), title: block.title.clone(), settings: block.settings.clone() }
}

fn summary(page: Page) -> PageSummary {
    let requires = page.requirement(VOCABULARY).display(VOCABULARY).to_string();
    let Content { slug, title, nav_section, nav_order, .. } = page.content;
    PageSummary { slug, title, section: nav_section, position: nav_order, requires, version: page.version }
}

fn draft_of(page: Page) -> PageDraft {
    let blocks = page.content.blocks.iter().map(block_view).collect();
    let Content { slug, title, description, nav_section, nav_order, icon, roles, permissions, permission_mode, .. } =
        page.content;
    PageDraft {
        slug,
        title,
        description,
        icon,
        section: nav_section,
        position: nav_order,
        required_permissions: permissions,
        required_roles: roles,
        any_permission: permission_mode == Mode::Any,
        blocks,
        version: page.version,
    }
}

fn content_of(draft: PageDraft) -> Content {
    let block = |block: BlockView| PageBlock { kind: block.kind, title: block.title, settings: block.settings };
    Content {
        slug: draft.slug,
        title: draft.title,
        description: draft.description,
        nav_visible: draft.position >= 0,
        nav_section: draft.section,
        nav_order: draft.position,
        icon: draft.icon,
        roles: draft.required_roles,
        role_mode: Mode::Any,
        permissions: draft.required_permissions,
        permission_mode: if draft.any_permission { Mode::Any } else { Mode::All },
        blocks: draft.blocks.into_iter().map(block).collect(),
    }
}
