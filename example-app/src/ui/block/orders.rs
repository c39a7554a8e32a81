//! Orders: a list with their delivery.

use leptos::prelude::*;
use serde_json::Value;

use super::{
    fields::Badge,
    filter::{Choice, filter_form, paging, sortable},
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{Block, Order, OrderState, Problem},
    ui::format::{date, money},
};

const ABOUT: About = About {
    title: "Orders",
    icon: "orders",
    empty: "Orders appear here with the state of their delivery. There is none yet.",
    has_page: true,
};

/// The orders of the organization.
#[component]
pub(super) fn Orders(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<Block<Order>>::new(place, data);
    card(handle, ABOUT, move |_| filter_form(&handle.place.get_value(), choices()), move |block| table(handle, block))
}

fn choices() -> Vec<Choice> {
    vec![Choice::new(
        "state",
        "Any state",
        &[("placed", "Placed"), ("shipped", "Shipped"), ("delivered", "Delivered"), ("returned", "Returned")],
    )]
}

fn table(handle: Handle<Block<Order>>, block: Block<Order>) -> AnyView {
    let place = handle.place.get_value();
    let pager = paging(&place, block.page, block.pages(), block.total);
    let rows = block.data.into_iter().map(row).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{sortable(&place, "number", "Number")}</th>
                        <th scope="col">"Item"</th>
                        <th scope="col">{sortable(&place, "ordered_on", "Ordered")}</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="number">{sortable(&place, "total_minor", "Total")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager}
    }
    .into_any()
}

fn row(order: Order) -> AnyView {
    view! {
        <tr data-row=order.id.clone()>
            <td data-label="Number"><span class="mono">{order.number.clone()}</span></td>
            <td data-label="Item">
                <span class="two-lines"><strong>{order.item.clone()}</strong><span>{format!("{} ×", order.quantity)}</span></span>
            </td>
            <td data-label="Ordered">{date(&order.ordered_on)}</td>
            <td data-label="State">{state(order.state)}</td>
            <td data-label="Total" class="number">{money(order.total_minor, &order.currency)}</td>
        </tr>
    }
    .into_any()
}

fn state(state: OrderState) -> AnyView {
    let (tone, label) = match state {
        OrderState::Delivered => ("ok", "Delivered"),
        OrderState::Placed => ("info", "Placed"),
        OrderState::Returned => ("muted", "Returned"),
        OrderState::Shipped => ("warn", "Shipped"),
    };
    view! { <Badge tone label/> }.into_any()
}
