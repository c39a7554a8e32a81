//! The login sessions of the signed-in person, and the button that ends one.

use leptos::{ev::SubmitEvent, prelude::*};
use portcullis_frontend::fetch;
use serde_json::Value;

use super::{
    fields::{Badge, return_to},
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{Problem, SessionRow},
    ui::format::epoch,
};

const ABOUT: About = About {
    title: "Your sessions",
    icon: "lock",
    empty: "The browsers in which you are signed in appear here.",
    has_page: false,
};

/// Where the person is signed in.
#[component]
pub(super) fn Sessions(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<Vec<SessionRow>>::new(place, data);
    card(handle, ABOUT, |_| ().into_any(), move |rows| list(handle, rows))
}

fn list(handle: Handle<Vec<SessionRow>>, rows: Vec<SessionRow>) -> AnyView {
    let place = handle.place.get_value();
    let rows = rows.into_iter().map(|session| row(handle, &place, session)).collect_view();
    view! { <ul class="feed">{rows}</ul> }.into_any()
}

fn row(handle: Handle<Vec<SessionRow>>, place: &Place, session: SessionRow) -> AnyView {
    let url = format!("/auth/sessions/{}", session.id);
    let target = url.clone();
    let end = move |event: SubmitEvent| {
        event.prevent_default();
        let url = target.clone();
        handle.send("The session was ended.", async move { fetch::send_empty("DELETE", &url).await });
    };
    let browser = if session.user_agent.is_empty() { "Unknown browser".to_owned() } else { session.user_agent.clone() };
    let action = if session.current {
        view! { <Badge tone="ok" label="This browser"/> }.into_any()
    } else {
        view! {
            <form method="post" action=url on:submit=end>
                {return_to(place)}
                <button type="submit" class="pc-button pc-small" disabled=move || handle.busy.get()>"End"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <li class="feed-item">
            <div class="feed-text">
                <strong class="ellipsis" title=browser.clone()>{browser.clone()}</strong>
                <span class="feed-date">
                    {format!("Signed in {} · last used {} (UTC)", epoch(session.created_at), epoch(session.last_seen))}
                </span>
            </div>
            {action}
        </li>
    }
    .into_any()
}
