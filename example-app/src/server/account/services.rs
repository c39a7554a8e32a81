//! Third-party services that one connected, and those that one could.

use portcullis_core::UserId;
use portcullis_middleware::{Rejection, port::ConnectionStore};

use url::Url;

use super::AccountState;
use crate::{
    server::config::ConnectionSettings,
    ui::standalone::{Row, Section},
};

/// A service of the configuration.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) profile: Option<Profile>,
}

/// What the portal can ask of it.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) endpoint: Url,
    pub(crate) scopes: Vec<String>,
}

impl Service {
    pub(crate) fn of(settings: &ConnectionSettings) -> Self {
        let label = if settings.label.is_empty() { &settings.id } else { &settings.label };
        let profile = |endpoint: &Url| Profile { endpoint: endpoint.clone(), scopes: settings.profile_scopes.clone() };
        Self { id: settings.id.clone(), label: label.clone(), profile: settings.profile_endpoint.as_ref().map(profile) }
    }
}

/// What the account page shows; nothing where no service is configured.
pub(super) async fn section(state: &AccountState, user: UserId) -> Result<Option<Section>, Rejection> {
    if state.services.is_empty() {
        return Ok(None);
    }
    let held = state.database.connections_of(user).await?;
    let rows = state.services.iter().map(|service| {
        let connected = held.iter().find(|one| one.provider == service.id);
        let detail = match connected {
            None => "not connected".to_owned(),
            Some(one) if one.tokens.is_none() => "asks for your consent again".to_owned(),
            Some(one) => one.scopes.join(" "),
        };
        let disconnect = || ("Disconnect", format!("/auth/connections/{}/disconnect", service.id));
        Row { title: service.label.clone(), detail, action: connected.map(|_| disconnect()) }
    });
    Ok(Some(Section {
        part: "account-services",
        title: "Services",
        text: "The portal can act for you at the services that you connect.".into(),
        rows: rows.collect(),
        form: None,
    }))
}

/// Ways to connect each, and to what it tells.
pub(super) fn links(state: &AccountState) -> impl Iterator<Item = (String, String)> {
    state.services.iter().flat_map(|service| {
        let way = format!("/auth/connections/{}/connect?return_to=/account", service.id);
        let profile = service.profile.is_some().then(|| page_of(&service.id));
        let profile = profile.map(|page| (format!("Your account at {}", service.label), page));
        std::iter::once((format!("Connect {}", service.label), way)).chain(profile)
    })
}

/// The page of a service.
pub(super) fn page_of(service: &str) -> String {
    format!("/account/services/{service}")
}
