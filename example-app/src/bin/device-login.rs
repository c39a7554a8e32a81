//! A device without a browser that signs in (RFC 8628): `device-login [ISSUER] [SCOPE …]`.
//!
//! Shows a code and a QR code, waits until somebody has allowed it elsewhere, and says who is signed in. The polling
//! is the `oauth2` crate's: no faster than the server allows, slower when the server says so, and not for ever.

use std::{error::Error, io::Write, process::ExitCode};

use oauth2::{
    AuthUrl, ClientId, DeviceAuthorizationUrl, Scope, StandardDeviceAuthorizationResponse, TokenResponse, TokenUrl,
    basic::BasicClient,
};
use qrcode::{QrCode, render::unicode::Dense1x2};
use serde::Deserialize;
use serde_json::Value;

/// The demo's portal.
const ISSUER: &str = "http://127.0.0.1:3000";

/// The client that the demo's portal knows devices by.
const CLIENT_ID: &str = "device-login";

const SCOPES: [&str; 3] = ["openid", "email", "profile"];

/// Where the server says its endpoints are (RFC 8414).
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: AuthUrl,
    device_authorization_endpoint: DeviceAuthorizationUrl,
    token_endpoint: TokenUrl,
    userinfo_endpoint: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let issuer = arguments.next().unwrap_or_else(|| ISSUER.to_owned());
    let scopes: Vec<String> = arguments.collect();
    match sign_in(issuer.trim_end_matches('/'), scopes).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _nobody_reads_it = writeln!(std::io::stderr(), "not signed in: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn sign_in(issuer: &str, scopes: Vec<String>) -> Result<(), Box<dyn Error>> {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let metadata = metadata(&http, issuer).await?;
    let client = BasicClient::new(ClientId::new(CLIENT_ID.to_owned()))
        .set_auth_uri(metadata.authorization_endpoint)
        .set_device_authorization_url(metadata.device_authorization_endpoint)
        .set_token_uri(metadata.token_endpoint);

    let asked = if scopes.is_empty() { SCOPES.map(str::to_owned).to_vec() } else { scopes };
    let send = |request| send(http.clone(), request);
    let request = client.exchange_device_code().add_scopes(asked.into_iter().map(Scope::new));
    let details: StandardDeviceAuthorizationResponse = request.request_async(&send).await?;
    show(&details)?;

    let tokens = client.exchange_device_access_token(&details).request_async(&send, tokio::time::sleep, None).await?;
    let token = tokens.access_token().secret();
    let person: Value = http.get(metadata.userinfo_endpoint).bearer_auth(token).send().await?.json().await?;
    let who = person.get("email").or_else(|| person.get("sub")).and_then(Value::as_str).unwrap_or("somebody");
    Ok(writeln!(std::io::stdout(), "signed in as {who}")?)
}

async fn metadata(http: &reqwest::Client, issuer: &str) -> Result<Metadata, Box<dyn Error>> {
    let url = format!("{issuer}/.well-known/oauth-authorization-server");
    let metadata: Metadata = http.get(url).send().await?.error_for_status()?.json().await?;
    if metadata.issuer == issuer {
        Ok(metadata)
    } else {
        Err(format!("the metadata are those of {}", metadata.issuer).into())
    }
}

/// What to type where, and the same as a picture.
fn show(details: &StandardDeviceAuthorizationResponse) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let complete = details.verification_uri_complete().map(|uri| uri.secret().as_str());
    if let Some(uri) = complete {
        writeln!(out, "{}", QrCode::new(uri)?.render::<Dense1x2>().quiet_zone(true).build())?;
    }
    writeln!(out, "open  {}", details.verification_uri().as_str())?;
    writeln!(out, "enter {}", details.user_code().secret())?;
    Ok(out.flush()?)
}

async fn send(http: reqwest::Client, request: oauth2::HttpRequest) -> Result<oauth2::HttpResponse, reqwest::Error> {
    let response = http.execute(reqwest::Request::try_from(request.map(reqwest::Body::from))?).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut answer = oauth2::HttpResponse::new(response.bytes().await?.to_vec());
    (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
    Ok(answer)
}
