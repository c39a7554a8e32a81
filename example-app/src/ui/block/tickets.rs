//! Support tickets: a list, the form that opens one, the button that closes one.

use leptos::prelude::*;
use portcullis_frontend::{Can, CanButton, Mode};
use serde_json::Value;

use super::{
    fields::{Badge, return_to},
    filter::{Choice, filter_form, paging, sortable, toolbar},
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{Block, Problem, Ticket, TicketPriority, TicketState},
    permissions::{TICKETS_CLOSE, TICKETS_CREATE},
    ui::format::date,
};

const ABOUT: About = About {
    title: "Tickets",
    icon: "tickets",
    empty: "Questions to support appear here. None was asked yet.",
    has_page: true,
};

/// The support tickets of the organization.
#[component]
pub(super) fn Tickets(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<Block<Ticket>>::new(place, data);
    let head = move |_: &Block<Ticket>| {
        let place = handle.place.get_value();
        toolbar(filter_form(&place, choices()), new_ticket(handle, &place))
    };
    card(handle, ABOUT, head, move |block| table(handle, block))
}

fn choices() -> Vec<Choice> {
    vec![
        Choice::new(
            "state",
            "Any state",
            &[("open", "Open"), ("in_progress", "In progress"), ("waiting", "Waiting"), ("closed", "Closed")],
        ),
        Choice::new(
            "priority",
            "Any priority",
            &[("urgent", "Urgent"), ("high", "High"), ("normal", "Normal"), ("low", "Low")],
        ),
    ]
}

fn new_ticket(handle: Handle<Block<Ticket>>, place: &Place) -> AnyView {
    if place.compact {
        return ().into_any();
    }
    let place = place.clone();
    view! {
        <Can permission=TICKETS_CREATE mode=Mode::Explain>
            <details class="create">
                <summary class="pc-button pc-primary">"New ticket"</summary>
                <form class="form" method="post" action=place.api("")
                    on:submit=move |event| handle.submit(event, "The ticket was opened.")>
                    {return_to(&place)}
                    <label>"Title" <input class="pc-input" name="title" required maxlength="160"/></label>
                    <label>"What happened?" <textarea class="pc-input" name="body" rows="4" required maxlength="4000"></textarea></label>
                    <label>"Priority"
                        <select class="pc-input" name="priority">
                            <option value="low">"Low"</option>
                            <option value="normal" selected=true>"Normal"</option>
                            <option value="high">"High"</option>
                            <option value="urgent">"Urgent"</option>
                        </select>
                    </label>
                    <button type="submit" class="pc-button pc-primary" disabled=move || handle.busy.get()>"Open ticket"</button>
                </form>
            </details>
        </Can>
    }
    .into_any()
}

fn table(handle: Handle<Block<Ticket>>, block: Block<Ticket>) -> AnyView {
    let place = handle.place.get_value();
    let offered = block.permits("close");
    let pager = paging(&place, block.page, block.pages(), block.total);
    let rows = block.data.into_iter().map(|ticket| row(handle, &place, offered, ticket)).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{sortable(&place, "number", "Number")}</th>
                        <th scope="col">"Title"</th>
                        <th scope="col">{sortable(&place, "priority", "Priority")}</th>
                        <th scope="col">"State"</th>
                        <th scope="col">{sortable(&place, "updated_on", "Updated")}</th>
                        <th scope="col"><span class="pc-visually-hidden">"Action"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager}
    }
    .into_any()
}

fn row(handle: Handle<Block<Ticket>>, place: &Place, offered: bool, ticket: Ticket) -> AnyView {
    let action = (ticket.state != TicketState::Closed).then(|| {
        let describes = format!("ticket {}, {}", ticket.number, ticket.title);
        view! {
            <form method="post" action=place.api(&format!("/{}/close", ticket.id))
                on:submit=move |event| handle.submit(event, "The ticket was closed.")>
                {return_to(place)}
                <CanButton permission=TICKETS_CLOSE label="Close" class="pc-small" describes offered busy=handle.busy/>
            </form>
        }
    });
    view! {
        <tr data-row=ticket.id.clone()>
            <td data-label="Number"><span class="mono">{ticket.number.clone()}</span></td>
            <td data-label="Title">
                <span class="two-lines"><strong title=ticket.body.clone()>{ticket.title.clone()}</strong><span>{ticket.author.clone()}</span></span>
            </td>
            <td data-label="Priority">{priority(ticket.priority)}</td>
            <td data-label="State">{state(ticket.state)}</td>
            <td data-label="Updated">{date(&ticket.updated_on)}</td>
            <td class="actions">{action}</td>
        </tr>
    }
    .into_any()
}

fn state(state: TicketState) -> AnyView {
    let (tone, label) = match state {
        TicketState::Closed => ("ok", "Closed"),
        TicketState::InProgress => ("info", "In progress"),
        TicketState::Open => ("warn", "Open"),
        TicketState::Waiting => ("muted", "Waiting"),
    };
    view! { <Badge tone label/> }.into_any()
}

fn priority(priority: TicketPriority) -> AnyView {
    let (tone, label) = match priority {
        TicketPriority::Low => ("muted", "Low"),
        TicketPriority::Normal => ("info", "Normal"),
        TicketPriority::High => ("warn", "High"),
        TicketPriority::Urgent => ("danger", "Urgent"),
    };
    view! { <Badge tone label/> }.into_any()
}
