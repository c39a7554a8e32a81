//! A cookie on an unsafe method must come from the same origin.
//!
//! 1. Safe methods pass (they change nothing).
//! 2. `Sec-Fetch-Site: same-origin` passes, and `none` (typed by the person); anything else is refused.
//! 3. Without it, an `Origin` that is the configured public origin passes; any other is refused.
//! 4. Without either header the request is refused: every browser in use sends one of them.

use http::{HeaderMap, Method, header};
use portcullis_core::ProblemKind;

use crate::Rejection;

/// Refuses a cookie's unsafe request from elsewhere.
pub(crate) fn enforce(method: &Method, headers: &HeaderMap, public_origin: &str) -> Result<(), Rejection> {
    if method.is_safe() || same_origin(headers, public_origin) {
        return Ok(());
    }
    Err(Rejection::new(ProblemKind::CrossSite).with_detail("a cookie counts only on requests from this origin"))
}

fn same_origin(headers: &HeaderMap, public_origin: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes() == public_origin.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_origin_may_change_something() {
        let ask = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs
                .iter()
                .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)))
                .collect();
            enforce(&Method::POST, &headers, "https://portal.example").is_ok()
        };
        assert!(ask(&[("sec-fetch-site", "same-origin")]));
        assert!(ask(&[("origin", "https://portal.example")]));
        assert!(!ask(&[]));
        assert!(!ask(&[("origin", "null")]));
        assert!(!ask(&[("origin", "https://evil.example")]));
        assert!(!ask(&[("sec-fetch-site", "same-site")]));
        assert!(!ask(&[("sec-fetch-site", "cross-site"), ("origin", "https://portal.example")]));
        assert!(enforce(&Method::GET, &HeaderMap::new(), "https://portal.example").is_ok());
    }
}
