//! The OAuth clients of the embedded server: the portal itself, and those configured.

use portcullis_core::OrgId;
use portcullis_middleware::port::{Directory, OrgRef};
use portcullis_provider::port::Client;
use portcullis_storage::Database;
use url::Url;

use super::{
    StartError,
    auth::{PORTAL_CLIENT, portal_client},
    config::{ClientSettings, ConfigError, Settings},
};
use crate::permissions::VOCABULARY;

/// Registers every client, and what services were given in each organization: the configuration is the
/// authority, and what it no longer names ends.
pub(super) async fn register_clients(settings: &Settings, database: &Database, origin: &Url) -> Result<(), StartError> {
    let configured = settings.clients.iter().map(ClientSettings::client_id);
    let demo = settings.seed.demo.then(device_client);
    let own = [PORTAL_CLIENT].into_iter().chain(demo.as_ref().map(|client| client.client_id.as_str()));
    let listed: Vec<&str> = configured.chain(own).collect();
    database.keep_clients(&listed).await?;
    database.put_client(&portal_client(origin)).await?;
    if let Some(device) = &demo {
        database.put_client(device).await?;
    }
    for (at, client) in settings.clients.iter().enumerate() {
        if client.client_id() == PORTAL_CLIENT {
            let why = format!("`{PORTAL_CLIENT}` is the portal itself");
            return Err(ConfigError::Value { key: format!("clients[{at}].client_id"), why }.into());
        }
        database.put_client(&client.client(at)?).await?;
        grant(client, at, database).await?;
    }
    Ok(())
}

/// The demo's device: `cargo run -p portcullis-example-app --bin device-login`.
fn device_client() -> Client {
    Client {
        client_id: "device-login".into(),
        client_name: "A device in the terminal".into(),
        grant_types: vec!["urn:ietf:params:oauth:grant-type:device_code".into()],
        scopes: ["openid", "email", "profile"].map(str::to_owned).into(),
        ..Client::default()
    }
}

/// Gives a client that acts for itself its permissions.
async fn grant(client: &ClientSettings, at: usize, database: &Database) -> Result<(), StartError> {
    let mut granted: Vec<(OrgId, Vec<String>)> = Vec::new();
    for (slug, permissions) in &client.service_permissions() {
        let wrong =
            |why: &str| ConfigError::Value { key: format!("clients[{at}].permissions.{slug}"), why: why.to_owned() };
        let reference = slug.parse().map_err(|_| wrong("is not a slug"))?;
        let known = database.organization(&OrgRef::Slug(reference)).await?;
        let organization = known.ok_or_else(|| wrong("there is no such organization"))?;
        let keys: Vec<&str> = permissions.iter().map(String::as_str).collect();
        if let Some(unknown) = keys.iter().find(|key| VOCABULARY.find(key).is_none()) {
            let nearest = VOCABULARY.nearest(unknown).unwrap_or_default();
            return Err(wrong(&format!("there is no permission `{unknown}`; did you mean `{nearest}`?")).into());
        }
        granted.push((organization.id, keys.iter().map(ToString::to_string).collect()));
    }
    Ok(database.set_service_permissions(client.client_id(), &granted).await?)
}
