//! Notifications: what happened, and the button that marks one as read.

use leptos::prelude::*;
use portcullis_frontend::CanButton;
use serde_json::Value;

use super::{
    fields::return_to,
    filter::paging,
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{Block, Notification, NotificationKind, Problem},
    permissions::NOTIFICATIONS_MARK_READ,
    ui::{format::date, icon::Icon},
};

const ABOUT: About = About {
    title: "Notifications",
    icon: "notifications",
    empty: "You are all caught up. What happens next appears here.",
    has_page: true,
};

/// The notifications of the organization.
#[component]
pub(super) fn Notifications(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<Block<Notification>>::new(place, data);
    card(handle, ABOUT, |_| ().into_any(), move |block| list(handle, block))
}

fn list(handle: Handle<Block<Notification>>, block: Block<Notification>) -> AnyView {
    let place = handle.place.get_value();
    let offered = block.permits("mark_read");
    let pager = paging(&place, block.page, block.pages(), block.total);
    let rows = block.data.into_iter().map(|one| row(handle, &place, offered, one)).collect_view();
    view! { <ul class="feed">{rows}</ul> {pager} }.into_any()
}

fn row(handle: Handle<Block<Notification>>, place: &Place, offered: bool, one: Notification) -> AnyView {
    let (tone, icon, word) = match one.kind {
        NotificationKind::Critical => ("danger", "alert", "Critical"),
        NotificationKind::Info => ("info", "info", "Information"),
        NotificationKind::Warning => ("warn", "clock", "Warning"),
    };
    let action = one.unread.then(|| {
        view! {
            <form method="post" action=place.api(&format!("/{}/read", one.id))
                on:submit=move |event| handle.submit(event, "Marked as read.")>
                {return_to(place)}
                <CanButton permission=NOTIFICATIONS_MARK_READ label="Mark read" class="pc-small" describes=one.title.clone()
                    offered busy=handle.busy/>
            </form>
        }
    });
    view! {
        <li class="feed-item" data-row=one.id.clone() data-unread=one.unread.to_string()>
            <span class="feed-icon" data-tone=tone title=word><Icon name=icon/></span>
            <div class="feed-text">
                <strong>{one.title.clone()}</strong>
                <p>{one.body.clone()}</p>
                <span class="feed-date">{date(&one.created_on)}</span>
            </div>
            {action}
        </li>
    }
    .into_any()
}
