//! The two cookies of the authorization server, both opaque.

use http::{HeaderMap, HeaderValue, header::COOKIE};

use crate::issuer::Issuer;

/// Which cookie.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cookie {
    /// Binds waiting requests and their forms to one browser.
    Browser,
    /// Somebody is signed on.
    SignOn,
}

impl Cookie {
    /// The value, if the browser sent exactly one of our shape.
    pub(crate) fn read(self, headers: &HeaderMap, issuer: &Issuer) -> Option<String> {
        let name = self.name(issuer);
        let mut values = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value);
        let value = values.next()?;
        (values.next().is_none() && is_opaque(value)).then(|| value.to_owned())
    }

    /// The header that sets it; `None` only for a value that we never make.
    pub(crate) fn set(self, value: &str, max_age: i64, issuer: &Issuer) -> Option<HeaderValue> {
        let secure = if issuer.is_secure() { "; Secure" } else { "" };
        let name = self.name(issuer);
        format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}").try_into().ok()
    }

    /// The header that makes the browser forget it.
    pub(crate) fn clear(self, issuer: &Issuer) -> Option<HeaderValue> {
        self.set("", 0, issuer)
    }

    /// `__Host-` needs TLS, so that plain-http loopback goes without.
    const fn name(self, issuer: &Issuer) -> &'static str {
        match (self, issuer.is_secure()) {
            (Self::Browser, true) => "__Host-portcullis-login",
            (Self::Browser, false) => "portcullis-login",
            (Self::SignOn, true) => "__Host-portcullis-sso",
            (Self::SignOn, false) => "portcullis-sso",
        }
    }
}

fn is_opaque(value: &str) -> bool {
    value.len() == 43 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
