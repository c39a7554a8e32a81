//! Which component shows which kind of block.

use leptos::prelude::*;
use portcullis_core::{ProblemDetails, ProblemKind};

use super::{
    audit::Audit, frame::Unshown, handle::Place, invoices::Invoices, members::Members, notifications::Notifications,
    orders::Orders, payments::Payments, roles::Roles, services::Services, sessions::Sessions, settings::SettingsBlock,
    tickets::Tickets,
};
use crate::ui::data::{LoadedBlock, is_compact};

/// Shows a block where it stands.
#[component]
pub(in crate::ui) fn BlockOnPage(org: String, slug: String, block: LoadedBlock) -> AnyView {
    let LoadedBlock { view, query, data } = block;
    let compact = is_compact(&view, &slug);
    let kind = view.kind.clone();
    let place = Place { org, slug, kind: view.kind, title: view.title, compact, query };
    match kind.as_str() {
        "audit" => view! { <Audit place data/> }.into_any(),
        "invoices" => view! { <Invoices place data/> }.into_any(),
        "members" => view! { <Members place data/> }.into_any(),
        "notifications" => view! { <Notifications place data/> }.into_any(),
        "orders" => view! { <Orders place data/> }.into_any(),
        "payments" => view! { <Payments place data/> }.into_any(),
        "roles" => view! { <Roles place data/> }.into_any(),
        "services" => view! { <Services place data/> }.into_any(),
        "sessions" => view! { <Sessions place data/> }.into_any(),
        "settings" => view! { <SettingsBlock place data/> }.into_any(),
        "tickets" => view! { <Tickets place data/> }.into_any(),
        _ => {
            let problem = ProblemDetails::new(ProblemKind::NotFound)
                .with_detail("this portal has no such block; an editor of the page can remove it");
            view! { <Unshown place problem/> }.into_any()
        }
    }
}
