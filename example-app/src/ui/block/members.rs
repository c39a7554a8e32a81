//! Members: who belongs here with which roles, and the forms that change it.

use leptos::prelude::*;
use portcullis_core::Decision;
use portcullis_frontend::{Can, CanButton, Mode, use_access};
use serde_json::Value;

use super::{
    fields::return_to,
    filter::{filter_form, paging, toolbar},
    frame::{About, card},
    handle::{Handle, Place},
};
use crate::{
    model::{Block, Member, Problem},
    permissions::{MEMBERS_INVITE, MEMBERS_MANAGE},
    ui::problem::chips,
};

const ABOUT: About =
    About { title: "Members", icon: "members", empty: "The people of the organization appear here.", has_page: true };

/// The names of the organization's roles, from the page that the block stands on.
#[derive(Clone, Debug)]
pub(in crate::ui) struct KnownRoles(pub(in crate::ui) Vec<String>);

/// The members of the organization.
#[component]
pub(super) fn Members(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<Block<Member>>::new(place, data);
    let KnownRoles(roles) = use_context().unwrap_or_else(|| KnownRoles(Vec::new()));
    let roles = StoredValue::new(roles);
    let head = move |_: &Block<Member>| {
        let place = handle.place.get_value();
        toolbar(filter_form(&place, Vec::new()), add_member(handle, &place, roles))
    };
    card(handle, ABOUT, head, move |block| list(handle, &roles.get_value(), block))
}

fn add_member(handle: Handle<Block<Member>>, place: &Place, roles: StoredValue<Vec<String>>) -> AnyView {
    if place.compact {
        return ().into_any();
    }
    let place = place.clone();
    let choices = move || {
        let option = |role: String| {
            let usual = role == USUAL;
            view! { <option value=role.clone() selected=usual>{role.clone()}</option> }
        };
        roles.get_value().into_iter().map(option).collect_view()
    };
    view! {
        <Can permission=MEMBERS_INVITE mode=Mode::Hide>
            <details class="create">
                <summary class="pc-button pc-primary">"Add a person"</summary>
                <form class="form" method="post" action=place.api("") on:submit=move |event| handle.submit(event, "The person was added.")>
                    {return_to(&place)}
                    <label>"E-mail address" <input class="pc-input" type="email" name="email" required/></label>
                    <label>"Role" <select class="pc-input" name="roles">{choices()}</select></label>
                    <button type="submit" class="pc-button pc-primary" disabled=move || handle.busy.get()>"Add"</button>
                </form>
            </details>
        </Can>
    }
    .into_any()
}

fn list(handle: Handle<Block<Member>>, roles: &[String], block: Block<Member>) -> AnyView {
    let place = handle.place.get_value();
    let mut known = roles.to_vec();
    for role in block.data.iter().flat_map(|member| &member.roles) {
        if !known.contains(role) {
            known.push(role.clone());
        }
    }
    let pager = paging(&place, block.page, block.pages(), block.total);
    let rows = block.data.into_iter().map(|member| row(handle, &place, &known, member)).collect_view();
    view! { <ul class="feed">{rows}</ul> {pager} }.into_any()
}

fn row(handle: Handle<Block<Member>>, place: &Place, known: &[String], member: Member) -> AnyView {
    let manage = use_access().can(MEMBERS_MANAGE);
    let (place, known, shown) = (place.clone(), known.to_vec(), member.clone());
    let editor = move || {
        manage.with(Decision::is_allow).then(|| {
            let boxes = known
                .iter()
                .map(|role| {
                    let checked = member.roles.contains(role);
                    view! {
                        <label class="check">
                            <input type="checkbox" name="roles" value=role.clone() checked=checked/>
                            <span>{role.clone()}</span>
                        </label>
                    }
                })
                .collect_view();
            view! {
                <details class="edit">
                    <summary class="pc-button pc-small" aria-label=format!("Change the roles of {}", member.name)>"Roles"</summary>
                    <form class="checks" method="post" action=place.api(&format!("/{}/roles", member.id))
                        on:submit=move |event| handle.submit(event, "The roles were changed.")>
                        {return_to(&place)}
                        {boxes}
                        <CanButton permission=MEMBERS_MANAGE label="Save" class="pc-primary pc-small" busy=handle.busy/>
                    </form>
                </details>
            }
        })
    };
    view! {
        <li class="feed-item" data-row=shown.id.clone()>
            <span class="pc-avatar" aria-hidden="true">{shown.name.chars().next().map(String::from)}</span>
            <div class="feed-text">
                <strong>{shown.name.clone()}</strong>
                <span class="feed-date">{shown.email.clone()}</span>
                <span class="chips">{chips(&shown.roles)}</span>
            </div>
            {editor}
        </li>
    }
    .into_any()
}

/// The role that is offered first to somebody new.
const USUAL: &str = "ORG_USER";
