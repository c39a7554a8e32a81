//! How sessions look and how long they last.

use http::HeaderValue;
use tower_sessions_core::session::Id;
use url::Url;

/// The cookie and the two timeouts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// The cookie's name; `__Host-` where the origin is https.
    pub cookie_name: String,
    /// Whether the cookie is `Secure`.
    pub secure: bool,
    /// Ends after so many seconds without a request.
    pub idle: i64,
    /// Ends after so many seconds in any case.
    pub absolute: i64,
    /// How many sessions are kept warm in this process.
    pub capacity: usize,
}

impl SessionConfig {
    /// The defaults for a public origin: 30 minutes idle, 12 hours in all.
    #[must_use]
    pub fn for_origin(origin: &Url) -> Self {
        let secure = origin.scheme() == "https";
        let cookie_name = if secure { "__Host-portcullis" } else { "portcullis" }.to_owned();
        Self { cookie_name, secure, idle: 30 * 60, absolute: 12 * 60 * 60, capacity: 100_000 }
    }

    /// The `Set-Cookie` that hands the id to the browser.
    #[must_use]
    pub fn set_cookie(&self, id: Id) -> Option<HeaderValue> {
        self.cookie(&id.to_string(), "")
    }

    /// The `Set-Cookie` that takes it away.
    #[must_use]
    pub fn clear_cookie(&self) -> Option<HeaderValue> {
        self.cookie("", "; Max-Age=0")
    }

    fn cookie(&self, value: &str, more: &str) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}", self.cookie_name);
        HeaderValue::try_from(text).ok()
    }
}
