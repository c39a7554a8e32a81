//! Subscribed services: a grid of cards with their usage.

use leptos::prelude::*;
use serde_json::Value;

use super::{
    fields::Badge,
    filter::{Choice, filter_form, paging},
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{Block, Problem, Service, ServiceState},
    ui::format::{date, money},
};

const ABOUT: About = About {
    title: "Services",
    icon: "services",
    empty: "Services that the organization subscribes to appear here. There is none yet.",
    has_page: true,
};

/// The services of the organization.
#[component]
pub(super) fn Services(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<Block<Service>>::new(place, data);
    card(handle, ABOUT, move |_| filter_form(&handle.place.get_value(), choices()), move |block| grid(handle, block))
}

fn choices() -> Vec<Choice> {
    vec![Choice::new(
        "state",
        "Any state",
        &[("active", "Active"), ("expiring", "Expiring"), ("expired", "Expired"), ("pending", "Pending")],
    )]
}

fn grid(handle: Handle<Block<Service>>, block: Block<Service>) -> AnyView {
    let place = handle.place.get_value();
    let pager = paging(&place, block.page, block.pages(), block.total);
    let cards = block.data.into_iter().map(service).collect_view();
    view! { <ul class="cards">{cards}</ul> {pager} }.into_any()
}

fn service(service: Service) -> AnyView {
    let usage = service.usage_percent.min(100);
    let tone = if usage >= 90 {
        "danger"
    } else if usage >= 75 {
        "warn"
    } else {
        "info"
    };
    let ends = if service.state == ServiceState::Expired { "Ended" } else { "Renews" };
    view! {
        <li class="card" data-row=service.id.clone()>
            <div class="card-head">
                <span class="two-lines"><strong>{service.name.clone()}</strong><span>{service.category.clone()}</span></span>
                {state(service.state)}
            </div>
            <div class="card-figure">{money(service.price_minor, &service.currency)}<span>" / month"</span></div>
            <meter class="pc-visually-hidden" min="0" max="100" value=usage.to_string() aria-label="Usage"></meter>
            <svg class="usage" data-tone=tone viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="usage-room" width="100" height="4" rx="2"/>
                <rect class="usage-used" width=usage.to_string() height="4" rx="2"/>
            </svg>
            <div class="card-foot">
                <span>{format!("{usage} % used")}</span>
                <span>{format!("{ends} {}", date(&service.renews_on))}</span>
            </div>
        </li>
    }
    .into_any()
}

fn state(state: ServiceState) -> AnyView {
    let (tone, label) = match state {
        ServiceState::Active => ("ok", "Active"),
        ServiceState::Expired => ("danger", "Expired"),
        ServiceState::Expiring => ("warn", "Expiring"),
        ServiceState::Pending => ("info", "Pending"),
    };
    view! { <Badge tone label/> }.into_any()
}
