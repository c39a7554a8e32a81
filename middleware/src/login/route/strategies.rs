//! `GET /auth/strategies`: the ways to sign in. `POST /auth/strategies/{id}`: by address and password.

use axum::{
    Form, Json,
    extract::{FromRequest, Path, Request, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{Method, StatusCode, header, request::Parts};
use portcullis_core::{ProblemKind, Secret, principal::User};
use serde::{Deserialize, Serialize};

use super::SigningIn;
use crate::{
    Rejection,
    login::{Authenticated, Login, PasswordAttempt, Strategy, StrategyError, StrategyKind, relying_party::Inner},
    reply::{ReturnTo, prefers_html},
    require::Open,
    session::SignedIn,
    stage::{credential::session_cookie, origin},
};

#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    label: String,
    kind: &'static str,
    url: String,
}

#[derive(Debug, Serialize)]
struct List {
    strategies: Vec<Listed>,
}

pub(super) async fn list(_: Open<SigningIn>, State(login): State<Login>) -> Response {
    let strategies = login.inner().strategies.all().iter().map(|one| listed(one.as_ref())).collect();
    ([(header::CACHE_CONTROL, "no-store")], Json(List { strategies })).into_response()
}

fn listed(strategy: &dyn Strategy) -> Listed {
    let id = strategy.id();
    let (kind, url) = match strategy.kind() {
        StrategyKind::Password => ("password", format!("/auth/strategies/{id}")),
        StrategyKind::Redirect { url } => ("redirect", url),
    };
    Listed { id: id.to_owned(), label: strategy.label().to_owned(), kind, url }
}

/// No `Debug`: it holds a password.
#[derive(Deserialize)]
struct Fields {
    email: String,
    password: String,
    return_to: Option<String>,
}

/// Begins a session under a new id, as the callback of a provider does.
pub(super) async fn sign_in(
    _: Open<SigningIn>,
    State(login): State<Login>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Rejection> {
    let inner = login.inner();
    // Else another site could sign somebody in as somebody else: there need not be a cookie yet.
    origin::enforce(&Method::POST, request.headers(), &inner.origin())?;
    let found = inner.strategies.find(&id).filter(|one| one.kind() == StrategyKind::Password);
    let strategy = found.ok_or_else(|| Rejection::new(ProblemKind::NotFound))?;
    let (head, body) = request.into_parts();
    let fields = Form::<Fields>::from_request(Request::from_parts(head.clone(), body), &()).await;
    let Form(fields) = fields.map_err(|_| Rejection::new(ProblemKind::RequestInvalid))?;
    let return_to = fields.return_to.as_deref().and_then(ReturnTo::parse).unwrap_or_default();
    let password = Secret::new(fields.password);
    let attempt = PasswordAttempt { email: fields.email.trim(), password: &password, head: &head };
    match authenticate(inner, strategy.as_ref(), &attempt).await {
        Ok((person, signed_in)) => {
            // Only whoever knows the password learns that it does not do.
            inner.enforce_at_form(&person).await?;
            begin(inner, &head, &signed_in, &return_to).await
        }
        Err(error) => refuse(inner, &head, error, &return_to),
    }
}

async fn authenticate(
    inner: &Inner,
    strategy: &dyn Strategy,
    attempt: &PasswordAttempt<'_>,
) -> Result<(User, SignedIn), StrategyError> {
    let Authenticated { subject, user } = strategy.authenticate(attempt).await?;
    if inner.people.is_disabled(user.id).await? {
        return Err(StrategyError::Mismatch);
    }
    let signed_in = SignedIn {
        provider: strategy.provider().to_owned(),
        issuer: subject.issuer.as_ref().to_owned(),
        subject: subject.id.as_ref().to_owned(),
        user: user.id,
        email: user.email.as_ref().to_owned(),
        name: user.name.as_ref().to_owned(),
        claimed: None,
        sid: None,
        id_token: None,
    };
    Ok((user, signed_in))
}

async fn begin(inner: &Inner, head: &Parts, signed_in: &SignedIn, return_to: &ReturnTo) -> Result<Response, Rejection> {
    let config = inner.sessions.config();
    let browser = session_cookie(&head.headers, &config.cookie_name).ok().flatten();
    let user_agent = head.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let session = inner.sessions.sign_in(browser, signed_in, user_agent).await?;
    let mut response = if prefers_html(head.headers.get(header::ACCEPT)) {
        Redirect::to(return_to.as_str()).into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    };
    if let Some(cookie) = config.set_cookie(session) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A person sees the sign-in page again, with a word about why.
fn refuse(inner: &Inner, head: &Parts, error: StrategyError, return_to: &ReturnTo) -> Result<Response, Rejection> {
    let (word, rejection) = match error {
        StrategyError::Mismatch => ("mismatch", Rejection::new(ProblemKind::Unauthenticated).with_detail(MISMATCH)),
        StrategyError::SecondFactor => {
            ("second-factor", Rejection::new(ProblemKind::Unauthenticated).with_detail(SECOND_FACTOR))
        }
        StrategyError::Store(error) => return Err(error.into()),
        StrategyError::Throttled { retry_after } => {
            ("throttled", Rejection::new(ProblemKind::RateLimited).with_retry_after(retry_after))
        }
    };
    if prefers_html(head.headers.get(header::ACCEPT)) {
        return Ok(Redirect::to(&inner.sign_in_page(word, return_to)).into_response());
    }
    Err(rejection)
}

const SECOND_FACTOR: &str = "this account needs a second factor: choose another way to sign in";
const MISMATCH: &str = "the address or the password is wrong";
