//! Request → the organization that it names, if it names one.

use http::Request;
use portcullis_core::OrgSlug;

use crate::port::OrgRef;

/// One place where a request may name its organization. The gate asks them in the order given;
/// the first that finds something decides, also when what it finds is not a valid name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrgResolver {
    /// The claim of a token that is bound to one organization.
    Claim,
    /// A header, for programs: `Portcullis-Organization: acme`.
    Header(http::HeaderName),
    /// The path segment behind a prefix such as `/o/`.
    PathAfter(&'static str),
    /// A query parameter on paths that begin with a prefix: `/auth/`, `org`.
    Query {
        /// The prefix of the path.
        path: &'static str,
        /// The parameter's name.
        parameter: &'static str,
    },
}

/// What the resolvers found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Nothing names an organization.
    Nothing,
    /// Something does, and no organization can have that name.
    Impossible,
    /// This one.
    Organization(OrgRef),
}

/// Asks the resolvers in their order. `bound_to` is what the credential itself names.
pub(crate) fn resolve<B>(resolvers: &[OrgResolver], request: &Request<B>, bound_to: Option<&str>) -> Named {
    resolvers
        .iter()
        .find_map(|resolver| find(resolver, request, bound_to))
        .map_or(Named::Nothing, |name| parse(name).map_or(Named::Impossible, Named::Organization))
}

fn find<'r, B>(resolver: &OrgResolver, request: &'r Request<B>, bound_to: Option<&'r str>) -> Option<&'r str> {
    match resolver {
        OrgResolver::Claim => bound_to,
        OrgResolver::Header(name) => Some(request.headers().get(name)?.to_str().unwrap_or("")),
        OrgResolver::PathAfter(prefix) => segment_after(request.uri().path(), prefix),
        OrgResolver::Query { path, parameter } => {
            request.uri().path().starts_with(path).then_some(())?;
            let pairs = request.uri().query()?.split('&');
            pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| key == parameter).map(|(_, value)| value)
        }
    }
}

/// The raw segment: a slug has no letters that would be encoded, so `%61cme` names nobody.
pub(crate) fn segment_after<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    path.strip_prefix(prefix)?.split('/').next()
}

pub(crate) fn parse(name: &str) -> Option<OrgRef> {
    name.parse().map(OrgRef::Id).or_else(|_| name.parse::<OrgSlug>().map(OrgRef::Slug)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_finds_something_decides() {
        let resolvers = [
            OrgResolver::PathAfter("/o/"),
            OrgResolver::Header(http::HeaderName::from_static("portcullis-organization")),
            OrgResolver::Claim,
        ];
        let ask = |path: &str, header: Option<&str>, claim: Option<&str>| {
            let mut request = Request::get(path);
            if let Some(header) = header {
                request = request.header("portcullis-organization", header);
            }
            resolve(&resolvers, &request.body(()).unwrap(), claim)
        };
        let slug = |text: &str| Named::Organization(OrgRef::Slug(text.parse().unwrap()));
        assert_eq!(ask("/o/acme/invoices", Some("globex"), None), slug("acme"));
        assert_eq!(ask("/x", Some("globex"), Some("acme")), slug("globex"));
        assert_eq!(ask("/x", None, Some("acme")), slug("acme"));
        assert_eq!(ask("/x", None, None), Named::Nothing);
        assert_eq!(ask("/o/%61cme/invoices", None, Some("acme")), Named::Impossible);
        assert_eq!(ask("/o//invoices", None, Some("acme")), Named::Impossible);
    }
}
