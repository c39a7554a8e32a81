//! The token exchange grant (RFC 8693): a client acts on for whom a token is about.
//!
//! - Confidential clients that registered it: `token_exchange_needs_a_confidential_client`.
//! - The subject token is a live access token of ours: `what_is_no_live_access_token_is_not_exchanged`.
//! - It is meant for the caller: it was issued to the caller, or its `aud` holds a resource that the caller
//!   serves ([`Client::resources`]): `a_token_that_is_meant_for_others_is_not_exchanged`.
//! - An actor token is the caller's own, by client credentials: `an_actor_token_has_to_be_the_callers_own`.
//! - An access token and nothing else is issued, and its type is told: `an_exchange_brings_an_access_token_alone`.
//! - It is about the same subject, and names the caller and whoever acted before: `the_chain_of_actors_is_told`.
//! - Scopes are those of the subject token that are open to the caller, or fewer: `an_exchange_never_widens_the_scope`.
//! - The target is in the subject token's `aud`, or in the caller's own list: `an_exchange_stays_inside_its_targets`.
//! - The organization is the same, and what may be done there is read anew:
//!   `an_exchange_stays_in_the_organization_and_reads_it_anew`.
//! - It ends with the subject token: `an_exchanged_token_ends_with_its_subject_token`.
//! - It belongs to the same family: `revoking_the_family_ends_what_was_exchanged`.

use portcullis_core::UserId;
use portcullis_middleware::dpop::Thumbprint;

use super::{GrantError, client_credentials, organization};
use crate::{
    ProviderError,
    error::{ErrorCode, Refusal},
    lifetime,
    params::Params,
    port::{AUTH_TIME_UNKNOWN, Client, Entitlement},
    resource,
    scope::{self, Asked},
    server::Server,
    subject,
    token::{
        access::{self, AccessClaims, AccessTokenOf, Actor},
        family,
        held::Held,
        response::TokenResponse,
    },
};

/// Exchanges an access token for one with which the client acts on.
pub(super) async fn exchange(
    server: &Server,
    client: &Client,
    params: &Params,
    key: Option<&Thumbprint>,
) -> Result<TokenResponse, GrantError> {
    client_credentials::acts_for_itself(client)?;
    requested_type(params)?;
    let subject = subject_token(server, client, params).await?;
    actor_token(server, client, params).await?;
    let asked = asked(client, params, &subject)?;
    let resources = targets(server, client, params, &subject)?;
    let entitlement = entitlement(server, &subject, asked.organization.as_deref()).await?;

    let now = server.now();
    let expires_at = subject.exp.min(now + lifetime::ACCESS_TOKEN);
    let of = AccessTokenOf {
        subject: told(server, client, subject.sub, &resources)?,
        client_id: &client.client_id,
        scopes: &asked.scopes,
        resources: &resources,
        held: entitlement.map(|held| Held::by(client, &asked.scopes, held).up_to(subject.limited_to.as_deref())),
        sign_on: subject.sid.as_deref().map(|sid| (sid, subject.auth_time.unwrap_or(AUTH_TIME_UNKNOWN))),
        key,
        jti: family::next_jti(family::of_jti(&subject.jti))?,
        acr: subject.acr.as_deref(),
        actor: Some(Actor { sub: client.client_id.clone(), act: subject.act.map(Box::new) }),
        expires_at: Some(expires_at),
    };
    let token = access::issue(server, of).await?;
    Ok(TokenResponse::bearer(token, &asked.scopes).bound_to(key).with_issued_type(ACCESS_TOKEN_TYPE, expires_at - now))
}

/// Whom the new token names: a person is told to each sector by a name of its own.
fn told(server: &Server, client: &Client, subject: String, resources: &[String]) -> Result<String, ProviderError> {
    match subject.parse() {
        Ok(user) => subject::in_access_token(server, client, user, resources),
        Err(_) => Ok(subject),
    }
}

fn requested_type(params: &Params) -> Result<(), Refusal> {
    let access_token = params.one("requested_token_type")?.is_none_or(|wanted| wanted == ACCESS_TOKEN_TYPE);
    if access_token { Ok(()) } else { Err(Refusal::invalid_request("only access tokens are issued here")) }
}

/// The token whose subject the client wants to act for.
async fn subject_token(server: &Server, client: &Client, params: &Params) -> Result<AccessClaims, GrantError> {
    let token = params.required("subject_token", "`subject_token` is missing")?;
    own_type(params.required("subject_token_type", "`subject_token_type` is missing")?)?;
    let claims = live(server, token).await?.ok_or(UNUSABLE_SUBJECT)?;
    let meant = claims.client_id == client.client_id || claims.aud.meets(&client.resources);
    if meant { Ok(claims) } else { Err(UNUSABLE_SUBJECT.into()) }
}

/// The client is the actor, whether it shows a token of its own or not.
async fn actor_token(server: &Server, client: &Client, params: &Params) -> Result<(), GrantError> {
    let Some(token) = params.one("actor_token")? else {
        return match params.one("actor_token_type")? {
            None => Ok(()),
            Some(_) => Err(Refusal::invalid_request("`actor_token` is missing").into()),
        };
    };
    own_type(params.required("actor_token_type", "`actor_token_type` is missing")?)?;
    let claims = live(server, token).await?.ok_or(UNUSABLE_ACTOR)?;
    let own = claims.client_id == client.client_id && claims.sub == client.client_id;
    if own { Ok(()) } else { Err(UNUSABLE_ACTOR.into()) }
}

/// The claims of an access token of ours that is in time and not revoked.
async fn live(server: &Server, token: &str) -> Result<Option<AccessClaims>, GrantError> {
    let Some(claims) = access::verify(server, token).await? else { return Ok(None) };
    let revoked = access::is_revoked(server, &claims.jti).await?;
    Ok((!revoked).then_some(claims))
}

fn own_type(token_type: &str) -> Result<(), Refusal> {
    let own = [ACCESS_TOKEN_TYPE, JWT_TYPE].contains(&token_type);
    if own { Ok(()) } else { Err(Refusal::invalid_request("the token type has to be an access token or a JWT")) }
}

/// Scopes that the subject token has and the client may have; all of them where none is asked for.
fn asked(client: &Client, params: &Params, subject: &AccessClaims) -> Result<Asked, Refusal> {
    let held = subject.scope.split(' ').filter(|held| scope::is_open(client, held));
    let held: Vec<String> = held.map(str::to_owned).collect();
    let mut asked = Asked::of_request(params, &held)?;
    if params.one("scope")?.is_none() {
        asked.scopes = held;
    } else if !asked.scopes.iter().all(|wanted| scope::contains(&held, wanted)) {
        return Err(Refusal::invalid_scope("the subject token has not this scope"));
    }
    Ok(asked)
}

/// The resources asked for, by `resource` or `audience`; those of the subject token otherwise.
fn targets(server: &Server, client: &Client, params: &Params, subject: &AccessClaims) -> Result<Vec<String>, Refusal> {
    let mut asked = resource::of_request(server, params)?;
    if let Some(audience) = params.one("audience")? {
        if !resource::exists(server, audience) {
            return Err(resource::UNKNOWN);
        }
        if !asked.iter().any(|one| one == audience) {
            asked.push(audience.to_owned());
        }
    }
    if asked.is_empty() {
        return Ok(subject.aud.as_slice().to_vec());
    }
    let open = |target: &String| subject.aud.contains(target) || client.resources.contains(target);
    if asked.iter().all(open) {
        Ok(asked)
    } else {
        Err(Refusal::new(ErrorCode::InvalidTarget, "this client may not act on there"))
    }
}

/// What the subject may do now in the organization of its token; there is no way into another one.
async fn entitlement(
    server: &Server,
    subject: &AccessClaims,
    asked: Option<&str>,
) -> Result<Option<Entitlement>, GrantError> {
    let named = match (&subject.org, asked) {
        (None, Some(_)) => return Err(OTHER_ORGANIZATION.into()),
        (org, asked) => asked.or(org.as_deref()),
    };
    let held = match subject.sub.parse::<UserId>() {
        Ok(user) => {
            server.open_account(user).await?.ok_or(UNUSABLE_SUBJECT)?;
            organization::of_user(server, user, named).await?
        }
        Err(_) => {
            server.stores.client(&subject.sub).await?.ok_or(UNUSABLE_SUBJECT)?;
            organization::of_client(server, &subject.sub, named).await?
        }
    };
    let same = held.as_ref().map(|held| held.organization.to_string()) == subject.org;
    if same { Ok(held) } else { Err(OTHER_ORGANIZATION.into()) }
}

const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT_TYPE: &str = "urn:ietf:params:oauth:token-type:jwt";

/// One answer for every reason: foreign, expired, revoked, not meant for the client, about somebody who is gone.
const UNUSABLE_SUBJECT: Refusal = Refusal::invalid_request("the subject token is not valid for this client");
const UNUSABLE_ACTOR: Refusal = Refusal::invalid_request("the actor token is not one of this client");
const OTHER_ORGANIZATION: Refusal = Refusal::invalid_scope("the subject token names another organization, or none");
