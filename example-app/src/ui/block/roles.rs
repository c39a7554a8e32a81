//! Roles: what each one allows, as a matrix that its managers can change.

use leptos::prelude::*;
use portcullis_core::Decision;
use portcullis_frontend::{CanButton, use_access};
use serde_json::Value;

use super::{
    fields::return_to,
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{Block, Problem, Role},
    permissions::{ROLES_MANAGE, VOCABULARY},
    ui::icon::Icon,
};

const ABOUT: About =
    About { title: "Roles", icon: "roles", empty: "The roles of the organization appear here.", has_page: true };

/// The roles of the organization.
#[component]
pub(super) fn Roles(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<Block<Role>>::new(place, data);
    card(handle, ABOUT, |_| ().into_any(), move |block| matrix(handle, block))
}

/// Every permission is a row, every role a column; each column is a form of its own.
fn matrix(handle: Handle<Block<Role>>, block: Block<Role>) -> AnyView {
    let place = handle.place.get_value();
    let may_manage = use_access().can(ROLES_MANAGE);
    let editable = Memo::new(move |_| may_manage.with(Decision::is_allow));
    let heads = block
        .data
        .iter()
        .map(|role| {
            view! {
                <th scope="col" title=role.description.clone()>
                    <span class="two-lines"><strong>{role.name.clone()}</strong><span>{members(role.members)}</span></span>
                </th>
            }
        })
        .collect_view();
    let rows = VOCABULARY
        .iter()
        .map(|(_, info)| {
            let cells = block.data.iter().map(|role| cell(role, info.key, editable)).collect_view();
            view! {
                <tr>
                    <th scope="row" title=info.description>
                        <span class="two-lines"><strong>{info.label}</strong><code>{info.key}</code></span>
                    </th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    let forms = block.data.iter().map(|role| save(handle, &place, role)).collect_view();
    view! {
        <div class="table-wrap matrix-wrap">
            <table class="matrix">
                <thead><tr><th scope="col">"Permission"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row"><span class="pc-visually-hidden">"Save"</span></th>{forms}</tr></tfoot>
            </table>
        </div>
    }
    .into_any()
}

fn cell(role: &Role, key: &'static str, editable: Memo<bool>) -> AnyView {
    let held = role.permissions.iter().any(|permission| permission == key);
    let name = role.name.clone();
    let shown = move || {
        if editable.get() {
            view! {
                <input type="checkbox" name="permissions" value=key checked=held form=form_id(&name)
                    aria-label=format!("{key} for {name}")/>
            }
            .into_any()
        } else if held {
            view! { <span class="matrix-yes" role="img" aria-label="allowed"><Icon name="check"/></span> }.into_any()
        } else {
            view! { <span class="matrix-no" role="img" aria-label="not allowed">"–"</span> }.into_any()
        }
    };
    view! { <td>{shown}</td> }.into_any()
}

fn save(handle: Handle<Block<Role>>, place: &Place, role: &Role) -> AnyView {
    view! {
        <td>
            <form id=form_id(&role.name) method="post" action=place.api(&format!("/{}", role.name))
                on:submit=move |event| handle.submit(event, "The role was saved. It counts from now on.")>
                {return_to(place)}
                <CanButton permission=ROLES_MANAGE label="Save" class="pc-small" describes=role.name.clone() busy=handle.busy/>
            </form>
        </td>
    }
    .into_any()
}

fn form_id(role: &str) -> String {
    format!("role-{role}")
}

fn members(count: u64) -> String {
    if count == 1 { "1 member".to_owned() } else { format!("{count} members") }
}
