//! The audit trail: who did what, and when.

use leptos::prelude::*;
use serde_json::Value;

use super::{
    filter::{filter_form, paging},
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{AuditEntry, Block, Problem},
    ui::format::{facts, moment, short_id, words},
};

const ABOUT: About = About {
    title: "Audit trail",
    icon: "audit",
    empty: "What people do in the organization appears here. Nothing was done yet.",
    has_page: true,
};

/// The audit trail of the organization.
#[component]
pub(super) fn Audit(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<Block<AuditEntry>>::new(place, data);
    card(handle, ABOUT, move |_| filter_form(&handle.place.get_value(), Vec::new()), move |block| table(handle, block))
}

fn table(handle: Handle<Block<AuditEntry>>, block: Block<AuditEntry>) -> AnyView {
    let place = handle.place.get_value();
    let pager = paging(&place, block.page, block.pages(), block.total);
    let rows = block.data.into_iter().map(row).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"On"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager}
    }
    .into_any()
}

fn row(entry: AuditEntry) -> AnyView {
    view! {
        <tr>
            <td data-label="When"><time datetime=entry.at.clone()>{moment(&entry.at)}</time></td>
            <td data-label="Who">{entry.actor.clone()}</td>
            <td data-label="What">
                <span class="two-lines"><strong>{words(&entry.action)}</strong><span>{facts(&entry.detail)}</span></span>
            </td>
            <td data-label="On"><span class="mono" title=entry.target.clone()>{short_id(&entry.target)}</span></td>
        </tr>
    }
    .into_any()
}
