//! The sign-on of a browser: found by its cookie, begun and ended here.

use http::{HeaderMap, HeaderValue};

use crate::{
    ProviderError,
    cookie::Cookie,
    lifetime,
    port::{AUTH_TIME_UNKNOWN, Digest, FirstFactor, SignOn, StoreError},
    random,
    server::Server,
};

/// Who is signed on in the browser that sent the request.
pub(crate) async fn of_request(server: &Server, headers: &HeaderMap) -> Result<Option<SignOn>, StoreError> {
    match Cookie::SignOn.read(headers, &server.issuer) {
        Some(cookie) => server.stores.sign_on(&Digest::of(&cookie), server.now()).await,
        None => Ok(None),
    }
}

/// Signs somebody on, with a new cookie whatever the browser sent (session fixation).
///
/// The same person keeps the `sid`, so that what they opened before belongs to the same sign-on;
/// somebody else's sign-on in this browser ends. It happened when the first factor was given, and by these
/// methods (`amr`, RFC 8176).
pub(crate) async fn begin(
    server: &Server,
    headers: &HeaderMap,
    first: &FirstFactor,
    amr: &[&str],
) -> Result<(SignOn, Option<HeaderValue>), ProviderError> {
    let FirstFactor { user, auth_time, .. } = *first;
    let now = server.now();
    let sid = match of_request(server, headers).await? {
        Some(before) if before.user == user => {
            server.stores.remove_sign_on(&before.sid).await?;
            before.sid
        }
        Some(other) => {
            server.end_sign_on(&other.sid).await?;
            random::name()?
        }
        None => random::name()?,
    };
    let (cookie, sign_on) = (
        random::opaque()?,
        SignOn {
            sid,
            user,
            auth_time,
            amr: amr.iter().map(|method| (*method).to_owned()).collect(),
            upstream: first.upstream.clone(),
        },
    );
    server.stores.insert_sign_on(&Digest::of(&cookie), &sign_on, now + lifetime::SIGN_ON).await?;
    Ok((sign_on, Cookie::SignOn.set(&cookie, lifetime::SIGN_ON, &server.issuer)))
}

/// When somebody signed on, as tokens tell it: a time that nobody vouches for is not told.
pub(crate) fn told_auth_time(auth_time: i64) -> Option<i64> {
    (auth_time != AUTH_TIME_UNKNOWN).then_some(auth_time)
}
