//! The small parts that rows are made of: badges, hidden fields.

use leptos::prelude::*;

use super::handle::Place;
use crate::ui::icon::Icon;

/// A state as icon, word and tint: never colour alone.
#[component]
pub(super) fn Badge(tone: &'static str, #[prop(into)] label: String) -> impl IntoView {
    let icon = match tone {
        "danger" => "alert",
        "ok" => "check",
        "warn" => "clock",
        _ => "info",
    };
    view! { <span class="badge" data-tone=tone><Icon name=icon/>{label}</span> }.into_any()
}

/// Where a form without script comes back to.
pub(super) fn return_to(place: &Place) -> impl IntoView + use<> {
    view! { <input type="hidden" name="return_to" value=place.here()/> }.into_any()
}
