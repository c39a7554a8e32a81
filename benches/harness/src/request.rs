//! The request that every case answers: one path, six headers of a browser, and the credential.

use http::{Request, request::Builder};

/// The route of every case.
pub const ROUTE: &str = "/o/{org}/invoices";

/// The path that is asked for.
pub const PATH: &str = "/o/acme/invoices";

/// A request without a credential.
#[must_use]
pub fn browser() -> Builder {
    Request::get(PATH)
        .header("host", "portal.example")
        .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .header("accept", "application/json, text/plain, */*")
        .header("accept-language", "en-GB,en;q=0.8,de;q=0.5")
        .header("accept-encoding", "gzip, deflate, br, zstd")
        .header("sec-fetch-site", "same-origin")
}

/// A request with a bearer token.
#[must_use]
pub fn bearer(token: &str) -> Builder {
    browser().header("authorization", format!("Bearer {token}"))
}

/// A request with one cookie.
#[must_use]
pub fn cookie(name: &str, value: &str) -> Builder {
    browser().header("cookie", format!("{name}={value}"))
}
