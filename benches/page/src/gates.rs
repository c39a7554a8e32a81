//! Twenty places of the page: gates, or by hand the markup that they leave for whoever may.

use leptos::prelude::*;
use portcullis_core::Permission;
use portcullis_frontend::{Can, CanButton, HasRole};

use crate::session::VOCABULARY;

/// What stands at the twenty places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Gates {
    /// Plain markup, and no access on the page.
    #[default]
    None,
    /// Plain markup; the page carries the session.
    SessionOnly,
    /// A gate at each.
    Twenty,
}

/// A link, for holders of a permission.
pub(crate) fn action(gates: Gates, permission: Permission, href: &'static str, label: &'static str) -> AnyView {
    match gates {
        Gates::Twenty => view! { <Can permission><a class="nav-link" href=href>{label}</a></Can> }.into_any(),
        Gates::None | Gates::SessionOnly => view! {
            <span class="pc-can" data-part="can" data-permission=VOCABULARY.key(permission) data-state="allowed">
                <a class="nav-link" href=href>{label}</a>
            </span>
        }
        .into_any(),
    }
}

/// The button of a form, for holders of a permission.
pub(crate) fn button(gates: Gates, permission: Permission, label: &'static str, describes: String) -> AnyView {
    match gates {
        Gates::Twenty => view! { <CanButton permission label describes/> }.into_any(),
        Gates::None | Gates::SessionOnly => view! {
            <span class="pc-can" data-part="can" data-permission=VOCABULARY.key(permission) data-state="allowed">
                <button type="submit" class="pc-button " aria-label=format!("{label}: {describes}")>{label}</button>
            </span>
        }
        .into_any(),
    }
}

/// A figure, for holders of a role; this gate leaves no mark.
pub(crate) fn section(gates: Gates, role: &'static str, title: &'static str, figure: &'static str) -> AnyView {
    match gates {
        Gates::Twenty => {
            view! { <HasRole role><section class="card"><h2>{title}</h2><p>{figure}</p></section></HasRole> }.into_any()
        }
        Gates::None | Gates::SessionOnly => {
            view! { <section class="card"><h2>{title}</h2><p>{figure}</p></section> }.into_any()
        }
    }
}
