//! The pages that an organization begins with.

use portcullis_storage::{Mode, PageBlock, PageDraft};
use serde_json::json;

/// Dashboard, one page a resource, and administration.
pub(crate) fn default_pages() -> Vec<PageDraft> {
    let dashboard = PageDraft {
        blocks: vec![
            block("payments", json!({})),
            block("invoices", json!({"compact": true, "state": "overdue", "per_page": 5})),
            block("tickets", json!({"compact": true, "per_page": 5})),
            block("notifications", json!({"compact": true, "per_page": 5})),
        ],
        ..page("dashboard", "Dashboard", "What needs attention today.", "home", &[])
    };
    let business = [
        page("invoices", "Invoices", "What suppliers have billed.", "invoice", &["invoices:view"]),
        page("tickets", "Tickets", "Questions and their answers.", "ticket", &["tickets:view"]),
        page("services", "Services", "What is subscribed to.", "service", &["services:view"]),
        page("orders", "Orders", "What was ordered and where it is.", "order", &["orders:view"]),
        page("notifications", "Notifications", "What happened.", "bell", &["notifications:view"]),
    ];
    let administration = [
        page("members", "Members", "Who belongs to the organization, with which roles.", "members", &["members:view"]),
        page("roles", "Roles", "What each role may do.", "shield", &["members:view"]),
        page("settings", "Settings", "How the organization appears.", "settings", &["settings:view"]),
        page("audit", "Audit trail", "Who changed what.", "audit", &["audit:view"]),
    ];
    let business = business.map(|page| section(page, "Business"));
    let administration = administration.map(|page| section(page, "Administration"));
    let all = std::iter::once(dashboard).chain(business).chain(administration);
    all.zip(0..).map(|(page, place)| PageDraft { nav_order: place * 10, ..page }).collect()
}

/// A page with the block of its own name.
fn page(slug: &str, title: &str, description: &str, icon: &str, permissions: &[&str]) -> PageDraft {
    PageDraft {
        slug: slug.into(),
        title: title.into(),
        description: description.into(),
        icon: icon.into(),
        nav_visible: true,
        permissions: permissions.iter().map(ToString::to_string).collect(),
        permission_mode: Mode::All,
        blocks: vec![block(slug, json!({}))],
        ..PageDraft::default()
    }
}

fn section(page: PageDraft, title: &str) -> PageDraft {
    PageDraft { nav_section: title.into(), ..page }
}

fn block(kind: &str, settings: serde_json::Value) -> PageBlock {
    PageBlock { kind: kind.into(), title: String::new(), settings }
}
