//! How long everything lives, in seconds.

/// An access token.
pub(crate) const ACCESS_TOKEN: i64 = 10 * 60;
/// Resource servers may forgive an expired access token this long.
pub(crate) const LEEWAY: i64 = 120;
/// An ID token.
pub(crate) const ID_TOKEN: i64 = 10 * 60;
/// An authorization code; RFC 6749 section 4.1.2 allows ten minutes, a browser needs seconds.
pub(crate) const AUTHORIZATION_CODE: i64 = 60;
/// A device code, and the code that a person types for it.
pub(crate) const DEVICE_CODE: i64 = 10 * 60;
/// How far ahead the end of a client's assertion may lie.
pub(crate) const ASSERTION: i64 = 5 * 60;
/// How far a client's clock may differ from ours.
pub(crate) const ASSERTION_LEEWAY: i64 = 30;
/// A refresh token that nobody uses.
pub(crate) const REFRESH_TOKEN: i64 = 30 * DAY;
/// An authorization request that waits for a person.
pub(crate) const INTERACTION: i64 = 30 * 60;
/// A sign-in at an upstream provider.
pub(crate) const UPSTREAM_LOGIN: i64 = 15 * 60;
/// A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4 advises two minutes).
pub(crate) const LOGOUT_TOKEN: i64 = 2 * 60;
/// An authorization request that was pushed and waits for its browser.
pub(crate) const PUSHED_REQUEST: i64 = 60;
/// The cookie that binds waiting requests to the browser: as long as the most patient of them.
pub(crate) const BROWSER: i64 = VERIFICATION;
/// A sign-up that waits for its letter to be opened, with the authorization request that waits for it.
pub(crate) const VERIFICATION: i64 = 60 * 60;
/// The link that lets somebody set a new password.
pub(crate) const PASSWORD_RESET: i64 = 30 * 60;
/// A passkey's ceremony, from its challenge to the answer: what Web Authentication Level 3 section 15.1 recommends.
pub(crate) const CEREMONY: i64 = 5 * 60;
/// A sign-on.
pub(crate) const SIGN_ON: i64 = 12 * 60 * 60;
/// A signing key signs this long before its successor takes over.
pub(crate) const SIGNING: i64 = 30 * DAY;
/// A successor is published this long before it signs, so that caches of the key set know it.
pub(crate) const KEY_LEAD: i64 = DAY;
/// A key is published this long, so that a sign-out can still verify an old ID token.
pub(crate) const KEY_PUBLICATION: i64 = 90 * DAY;
/// How old the key set in memory may be before the store is asked again.
pub(crate) const KEY_CACHE: i64 = 60;

const DAY: i64 = 24 * 60 * 60;
