//! Whether a person has to be asked what a client may do, and what is remembered of the answer.

use portcullis_core::UserId;

use crate::{
    authorization::request::{self, prompts},
    port::{Client, Consent, Granted, Interaction, StoreError},
    scope::ORGANIZATION,
    server::Server,
};

/// A third-party client needs consent for what was not agreed to before, in the same organization;
/// `prompt=consent` asks always, of any client.
pub(crate) async fn is_needed(
    server: &Server,
    client: &Client,
    request: &Interaction,
    user: UserId,
) -> Result<bool, StoreError> {
    if prompts(request, request::CONSENT) {
        return Ok(true);
    }
    if client.first_party {
        return Ok(false);
    }
    let given = server.stores.consent(user, &client.client_id, request.organization.as_deref()).await?;
    Ok(!given.is_some_and(|given| covers(&given, request)))
}

/// Remembers what the person agreed to just now, with what they agreed to before.
pub(crate) async fn remember(server: &Server, granted: &Granted) -> Result<(), StoreError> {
    let Granted { user, client_id, organization, .. } = granted;
    let before = server.stores.consent(*user, client_id, organization.as_deref()).await?;
    let (scopes, resources) = before.map(|before| (before.scopes, before.resources)).unwrap_or_default();
    let consent = Consent {
        user: *user,
        client_id: client_id.clone(),
        organization: organization.clone(),
        scopes: union(scopes, wishes(&granted.scopes)),
        resources: union(resources, granted.resources.iter()),
        since: server.now(),
    };
    server.stores.put_consent(&consent).await
}

fn covers(given: &Consent, request: &Interaction) -> bool {
    wishes(&request.scopes).all(|scope| given.scopes.contains(scope))
        && request.resources.iter().all(|resource| given.resources.contains(resource))
}

/// The scopes but for the one that names the organization, which has a place of its own.
fn wishes(scopes: &[String]) -> impl Iterator<Item = &String> {
    scopes.iter().filter(|scope| !scope.starts_with(ORGANIZATION))
}

fn union<'a>(mut before: Vec<String>, now: impl Iterator<Item = &'a String>) -> Vec<String> {
    for one in now {
        if !before.contains(one) {
            before.push(one.clone());
        }
    }
    before
}
