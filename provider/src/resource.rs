//! Resource indicators (RFC 8707): the resource servers that tokens are asked for.
//!
//! - A resource is an absolute URI without fragment that exists here: `an_unknown_resource_is_invalid_target`.
//! - It may be repeated, and no other parameter: `a_token_is_for_the_resources_that_were_asked_for`.
//! - Without one a token is for the default audience: `without_a_resource_the_default_audience_is_meant`.
//! - A token request stays inside the grant: `a_token_request_stays_inside_the_granted_resources`.

use url::Url;

use crate::{
    error::{ErrorCode, Refusal},
    params::Params,
    server::Server,
};

/// The resources that a request asks for, each once; none means the default audience.
pub(crate) fn of_request(server: &Server, params: &Params) -> Result<Vec<String>, Refusal> {
    let mut asked: Vec<String> = Vec::new();
    for resource in params.all("resource")? {
        if !is_indicator(resource) {
            return Err(Refusal::new(
                ErrorCode::InvalidTarget,
                "a resource has to be an absolute URI without fragment",
            ));
        }
        if !exists(server, resource) {
            return Err(UNKNOWN);
        }
        if !asked.iter().any(|one| one == resource) {
            asked.push(resource.to_owned());
        }
    }
    Ok(asked)
}

/// The resources that a token request asks for of an earlier grant: all that was granted, or fewer.
pub(crate) fn of_grant(server: &Server, params: &Params, granted: &[String]) -> Result<Vec<String>, Refusal> {
    let asked = of_request(server, params)?;
    let inside = |resource: &String| match granted {
        [] => *resource == server.resource_audience,
        some => some.contains(resource),
    };
    if !asked.iter().all(inside) {
        return Err(Refusal::new(ErrorCode::InvalidTarget, "a resource was not granted"));
    }
    let kept = if asked.is_empty() { granted.to_vec() } else { asked };
    // A resource that the operator took away since is no longer granted by anybody.
    if kept.iter().all(|resource| exists(server, resource)) { Ok(kept) } else { Err(UNKNOWN) }
}

/// Whether there is such a resource server: the default audience, or one that the application named.
pub(crate) fn exists(server: &Server, resource: &str) -> bool {
    resource == server.resource_audience || server.resources.iter().any(|one| one == resource)
}

/// An absolute URI without fragment (RFC 8707 section 2); compared to the letter everywhere.
pub(crate) fn is_indicator(resource: &str) -> bool {
    let plain = resource.bytes().all(|byte| byte.is_ascii_graphic()) && !resource.contains('#');
    plain && Url::parse(resource).is_ok()
}

pub(crate) const UNKNOWN: Refusal = Refusal::new(ErrorCode::InvalidTarget, "a resource is not known here");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indicator_is_an_absolute_uri_without_fragment() {
        for good in ["https://api.example", "https://api.example/v1?tenant=1", "urn:example:api"] {
            assert!(is_indicator(good), "{good}");
        }
        for bad in ["", "api", "/api", "//api.example", "https://api.example/#", "https://api.example/ x", " urn:x:y"] {
            assert!(!is_indicator(bad), "{bad}");
        }
    }
}
