//! Reads an authorization request (OAuth 2.1 section 4.1.1, OpenID Connect Core section 3.1.2.1).

use crate::{
    acr,
    authorization::answer::ReturnAddress,
    dpop,
    error::{ErrorCode, Refusal},
    grant::AUTHORIZATION_CODE,
    params::Params,
    pkce::CodeChallenge,
    port::{Client, Goal, Interaction},
    redirect_uri, resource,
    scope::Asked,
    server::Server,
};

/// Where answers may go; an `Err` is for a page, because redirecting would not be safe.
///
/// `redirect_uri` may be left out by a client that registered exactly one.
pub(crate) fn return_address(params: &Params, client: &Client) -> Result<ReturnAddress, &'static str> {
    let requested = params.one("redirect_uri").map_err(|_| "The parameter `redirect_uri` is repeated.")?;
    let redirect_uri = match (requested, client.redirect_uris.as_slice()) {
        (Some(requested), registered) if redirect_uri::is_registered(requested, registered) => requested,
        (Some(_), _) => return Err("The address to return to is not registered for this application."),
        (None, [only]) if redirect_uri::is_registered(only, &client.redirect_uris) => only,
        (None, _) => return Err("The parameter `redirect_uri` is missing."),
    };
    // A state that is repeated or not acceptable cannot be echoed; the request is refused for it later.
    let state = params.one("state").ok().flatten().map(str::to_owned);
    Ok(ReturnAddress::assertion(redirect_uri.to_owned(), state))
}

/// Reads all the rest; an `Err` is for the client.
pub(crate) fn read(
    server: &Server,
    params: &Params,
    client: &Client,
    to: &ReturnAddress,
) -> Result<Interaction, Refusal> {
    params.refuse_repeated()?;
    // Without the state, the client could not tell its own answer from another's.
    params.one("state")?;
    if params.one("request")?.is_some() {
        return Err(Refusal::new(ErrorCode::RequestNotSupported, "`request` is not supported"));
    }
    if params.one("request_uri")?.is_some() {
        return Err(Refusal::new(ErrorCode::RequestUriNotSupported, "`request_uri` is not supported"));
    }
    if params.required("response_type", "`response_type` is missing")? != "code" {
        return Err(Refusal::new(ErrorCode::UnsupportedResponseType, "`response_type` has to be `code`"));
    }
    if params.one("response_mode")?.is_some_and(|mode| mode != "query") {
        return Err(Refusal::invalid_request("`response_mode` has to be `query`"));
    }
    if !client.grant_types.iter().any(|one| one == AUTHORIZATION_CODE) {
        return Err(Refusal::new(ErrorCode::UnauthorizedClient, "this client may not use authorization codes"));
    }
    let asked = Asked::of_request(params, &client.scopes)?;
    Ok(Interaction {
        client_id: client.client_id.clone(),
        redirect_uri: to.redirect_uri().to_owned(),
        state: to.state().map(str::to_owned),
        scopes: asked.scopes,
        organization: asked.organization,
        nonce: params.one("nonce")?.map(str::to_owned),
        code_challenge: CodeChallenge::of_request(params)?.into_text(),
        resources: resource::of_request(server, params)?,
        dpop_jkt: params.one("dpop_jkt")?.map(dpop::requested_key).transpose()?,
        acr_values: acr_values(params)?,
        login_hint: params.one("login_hint")?.map(str::to_owned),
        max_age: params.one("max_age")?.map(max_age).transpose()?,
        prompt: prompt(server, params)?,
        consented: false,
        goal: Goal::Answer,
        first_factor: None,
    })
}

/// Values that nobody can meet are refused at once (RFC 9470 section 5); a better class is as good.
fn acr_values(params: &Params) -> Result<Vec<String>, Refusal> {
    let values: Vec<String> = params
        .one("acr_values")?
        .unwrap_or_default()
        .split(' ')
        .filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect();
    let met = acr::can_be_met(&values);
    if met {
        Ok(values)
    } else {
        Err(Refusal::new(ErrorCode::UnmetAuthenticationRequirements, "no such `acr` is known"))
    }
}

fn max_age(text: &str) -> Result<i64, Refusal> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds.ok_or(Refusal::invalid_request("`max_age` has to be a number of seconds"))
}

fn prompt(server: &Server, params: &Params) -> Result<Vec<String>, Refusal> {
    let values: Vec<&str> =
        params.one("prompt")?.unwrap_or_default().split(' ').filter(|value| !value.is_empty()).collect();
    let understood = prompts_of(server);
    if values.iter().any(|value| !understood.contains(value)) {
        return Err(Refusal::invalid_request("`prompt` is not one of the supported values"));
    }
    if values.contains(&NONE) && values.len() > 1 {
        return Err(Refusal::invalid_request("`prompt=none` stands alone"));
    }
    Ok(values.into_iter().map(str::to_owned).collect())
}

/// Whether the request carries this prompt.
pub(crate) fn prompts(request: &Interaction, value: &str) -> bool {
    request.prompt.iter().any(|one| one == value)
}

/// The prompts that are understood, as the metadata names them: to sign up only where strangers may.
pub(crate) fn prompts_of(server: &Server) -> Vec<&'static str> {
    PROMPTS.iter().copied().chain(server.sign_up.then_some(CREATE)).collect()
}

const PROMPTS: &[&str] = &[CONSENT, LOGIN, NONE, SELECT_ACCOUNT];
/// Sign up; understood where strangers may.
pub(crate) const CREATE: &str = "create";
/// Ask for consent again.
pub(crate) const CONSENT: &str = "consent";
/// Sign in again.
pub(crate) const LOGIN: &str = "login";
/// Show nothing.
pub(crate) const NONE: &str = "none";
/// Let the person choose who they are: here, sign in again.
pub(crate) const SELECT_ACCOUNT: &str = "select_account";
