//! Completes what a person signed in for: a code for the client, or the page for a device's code.

use axum::response::Response;

use crate::{
    ProviderError,
    authorization::{
        answer::{ReturnAddress, to_device_page},
        consent,
    },
    error::{ErrorCode, Refusal},
    lifetime,
    port::{CodeRecord, Digest, Goal, Granted, Interaction, SignOn},
    random,
    server::Server,
    token::family,
};

/// Brings a code to the client, or `access_denied` if the organization is not the person's; brings a
/// person who came for a device back to its page.
pub(crate) async fn complete(
    server: &Server,
    request: Interaction,
    sign_on: &SignOn,
) -> Result<Response, ProviderError> {
    if let Goal::Device { user_code } = &request.goal {
        return Ok(to_device_page(&request.redirect_uri, user_code.as_deref()));
    }
    let to = ReturnAddress::of_interaction(&request);
    if let Some(organization) = &request.organization
        && server.entitlements.of_user(sign_on.user, organization).await?.is_none()
    {
        return Ok(
            to.refuse(server, Refusal::new(ErrorCode::AccessDenied, "the organization is not open to this person"))
        );
    }
    let code = random::dated(server.millis())?;
    let record = CodeRecord {
        granted: Granted {
            client_id: request.client_id,
            user: sign_on.user,
            scopes: request.scopes,
            organization: request.organization,
            resources: request.resources,
            auth_time: sign_on.auth_time,
            amr: sign_on.amr.clone(),
            sid: sign_on.sid.clone(),
            family: family::new(server)?,
            jkt: request.dpop_jkt,
        },
        redirect_uri: request.redirect_uri,
        code_challenge: request.code_challenge,
        nonce: request.nonce,
    };
    if request.consented {
        // The family is there first: who takes the consent back at the same time ends it.
        family::note(server, &record.granted, lifetime::AUTHORIZATION_CODE).await?;
        consent::remember(server, &record.granted).await?;
    }
    family::keep_code(server, &Digest::of_dated(&code), &record).await?;
    Ok(to.bring_code(server, &code))
}
