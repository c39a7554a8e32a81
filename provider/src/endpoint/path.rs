//! The paths of the endpoints, which metadata, forms and routes share.

pub(crate) const AUTHORIZE: &str = "/oauth/authorize";
pub(crate) const CONSENT: &str = "/oauth/consent";
pub(crate) const DEVICE: &str = "/device";
pub(crate) const DEVICE_AUTHORIZATION: &str = "/oauth/device";
pub(crate) const DIRECT_SIGN_IN: &str = "/auth/token";
pub(crate) const END_SESSION: &str = "/oauth/end-session";
pub(crate) const FORGOT: &str = "/oauth/forgot";
pub(crate) const INTROSPECT: &str = "/oauth/introspect";
pub(crate) const JWKS: &str = "/oauth/jwks";
pub(crate) const LOGIN: &str = "/oauth/login";
pub(crate) const METADATA: &str = "/.well-known/oauth-authorization-server";
pub(crate) const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
pub(crate) const PAR: &str = "/oauth/par";
pub(crate) const PASSKEY: &str = "/oauth/passkey";
pub(crate) const PASSKEY_OPTIONS: &str = "/oauth/passkey/options";
pub(crate) const PASSKEY_SCRIPT: &str = "/oauth/passkeys.js";
pub(crate) const REGISTER: &str = "/oauth/register";
pub(crate) const REGISTRATION: &str = "/oauth/register/{client_id}";
pub(crate) const RESET_PASSWORD: &str = "/oauth/reset-password";
pub(crate) const REVOKE: &str = "/oauth/revoke";
pub(crate) const SECOND_FACTOR: &str = "/oauth/second-factor";
pub(crate) const SIGN_UP: &str = "/oauth/sign-up";
pub(crate) const TOKEN: &str = "/oauth/token";
pub(crate) const UPSTREAM: &str = "/oauth/upstream";
pub(crate) const UPSTREAM_CALLBACK: &str = "/oauth/upstream/{provider}";
pub(crate) const USERINFO: &str = "/oauth/userinfo";
pub(crate) const VERIFY_EMAIL: &str = "/oauth/verify-email";

/// A form of a waiting request.
pub(crate) fn of_interaction(form: &str, interaction: &str) -> String {
    format!("{form}?interaction={interaction}")
}
