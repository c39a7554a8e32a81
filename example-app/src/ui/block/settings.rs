//! The settings of the organization: its name.

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
    model::{self, Problem},
    permissions::SETTINGS_EDIT,
};

const ABOUT: About = About { title: "Organization", icon: "settings", empty: "", has_page: true };

/// The settings form.
#[component]
pub(super) fn SettingsBlock(place: Place, data: Result<Value, Problem>) -> AnyView {
    let handle = Handle::<model::SettingsBlock>::new(place, data);
    card(handle, ABOUT, |_| ().into_any(), move |block| form(handle, block.data))
}

fn form(handle: Handle<model::SettingsBlock>, settings: model::Settings) -> AnyView {
    let place = handle.place.get_value();
    let may_edit = use_access().can(SETTINGS_EDIT);
    view! {
        <form class="form" method="post" action=place.api("") on:submit=move |event| handle.submit(event, "The settings were saved.")>
            {return_to(&place)}
            <label>
                "Name"
                <input class="pc-input" name="name" value=settings.name.clone() required maxlength="120"
                    readonly=move || !may_edit.with(Decision::is_allow)/>
            </label>
            <label>
                "Address"
                <input class="pc-input mono" value=format!("/o/{}", settings.slug) readonly=true/>
                <small>"The address cannot be changed: links and programs rely on it."</small>
            </label>
            <CanButton permission=SETTINGS_EDIT label="Save" class="pc-primary" busy=handle.busy/>
        </form>
    }
    .into_any()
}
