//! When an authorization request is pushed (RFC 9126) instead of going through the browser.

use serde::Deserialize;
use url::Url;

/// When a client pushes its authorization requests. Where the server demands it, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PushedRequests {
    /// Only where the server demands it.
    #[default]
    OnDemand,
    /// Where the server has an endpoint for it.
    IfOffered,
    /// At any server; one without an endpoint is of no use.
    Always,
}

/// A request has to be pushed, and the server has no endpoint for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the authorization server has no endpoint for pushed requests")]
pub(crate) struct NowhereToPush;

impl PushedRequests {
    /// Where to push a request; `None` where the browser takes it.
    pub(crate) fn endpoint(self, offered: Option<&Url>, demanded: bool) -> Result<Option<&Url>, NowhereToPush> {
        match (self, offered) {
            (Self::OnDemand, _) if !demanded => Ok(None),
            (Self::IfOffered, None) if !demanded => Ok(None),
            (_, Some(endpoint)) => Ok(Some(endpoint)),
            (_, None) => Err(NowhereToPush),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_demands_is_done_whatever_was_chosen() {
        use PushedRequests::{Always, IfOffered, OnDemand};
        let url: Url = "https://id.example/par".parse().unwrap();
        let (offered, nowhere) = (Some(&url), Err(NowhereToPush));
        for (choice, demanded, with, without) in [
            (OnDemand, false, Ok(None), Ok(None)),
            (OnDemand, true, Ok(offered), nowhere),
            (IfOffered, false, Ok(offered), Ok(None)),
            (IfOffered, true, Ok(offered), nowhere),
            (Always, false, Ok(offered), nowhere),
            (Always, true, Ok(offered), nowhere),
        ] {
            assert_eq!(choice.endpoint(offered, demanded), with, "{choice:?} {demanded}");
            assert_eq!(choice.endpoint(None, demanded), without, "{choice:?} {demanded}");
        }
    }
}
