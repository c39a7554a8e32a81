//! Request → the organization that it names, if it names one.

use http::Request;
use portcullis_core::{OrgId, OrgSlug, Organization};
use quick_cache::Equivalent;
use uuid::Uuid;

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
pub(crate) enum Named<'r> {
    /// Nothing names an organization.
    Nothing,
    /// Something does, and no organization can have that name.
    Impossible,
    /// This one.
    Organization(OrgName<'r>),
}

/// The name of an organization where it stands in the request: what is warm is found without a copy.
///
/// Its hash is that of the [`OrgRef`] with the same variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OrgName<'r> {
    Id(OrgId),
    /// Valid as a slug.
    Slug(&'r str),
}

/// A UUID's forms: simple, hyphenated, in braces, as a URN (RFC 9562 section 4).
const UUID_LENGTHS: [usize; 4] = [32, 36, 38, 45];

impl<'r> From<&'r OrgRef> for OrgName<'r> {
    fn from(reference: &'r OrgRef) -> Self {
        match reference {
            OrgRef::Id(id) => Self::Id(*id),
            OrgRef::Slug(slug) => Self::Slug(slug.as_str()),
        }
    }
}

impl Equivalent<OrgRef> for OrgName<'_> {
    fn equivalent(&self, known: &OrgRef) -> bool {
        *self == OrgName::from(known)
    }
}

impl<'r> OrgName<'r> {
    fn parse(name: &'r str) -> Option<Self> {
        // No slug is tried as an id that cannot be one by its length.
        let id = UUID_LENGTHS.contains(&name.len()).then(|| Uuid::parse_str(name).ok()).flatten();
        match id {
            Some(id) => Some(Self::Id(OrgId::from_uuid(id))),
            None => OrgSlug::is_valid(name).then_some(Self::Slug(name)),
        }
    }

    /// Whether it is a name of this organization.
    pub(crate) fn names(self, organization: &Organization) -> bool {
        match self {
            Self::Id(id) => id == organization.id,
            Self::Slug(slug) => slug == organization.slug.as_str(),
        }
    }

    /// The name to keep.
    pub(crate) fn to_reference(self) -> Option<OrgRef> {
        match self {
            Self::Id(id) => Some(OrgRef::Id(id)),
            Self::Slug(slug) => slug.parse().map(OrgRef::Slug).ok(),
        }
    }
}

/// Asks the resolvers in their order. `bound_to` tells what the credential itself names.
pub(crate) fn resolve<'r, B>(
    resolvers: &[OrgResolver],
    request: &'r Request<B>,
    bound_to: impl Fn() -> Option<&'r str>,
) -> Named<'r> {
    resolvers
        .iter()
        .find_map(|resolver| find(resolver, request, &bound_to))
        .map_or(Named::Nothing, |name| OrgName::parse(name).map_or(Named::Impossible, Named::Organization))
}

fn find<'r, B>(
    resolver: &OrgResolver,
    request: &'r Request<B>,
    bound_to: &impl Fn() -> Option<&'r str>,
) -> Option<&'r str> {
    match resolver {
        OrgResolver::Claim => bound_to(),
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
    let rest = path.strip_prefix(prefix)?;
    rest.get(..memchr::memchr(b'/', rest.as_bytes()).unwrap_or(rest.len()))
}

/// A name from elsewhere than the gate reads.
pub(crate) fn parse(name: &str) -> Option<OrgRef> {
    OrgName::parse(name)?.to_reference()
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
        let assert_named = |path: &str, header: Option<&str>, claim: Option<&str>, expected: Named<'_>| {
            let mut request = Request::get(path);
            if let Some(header) = header {
                request = request.header("portcullis-organization", header);
            }
            assert_eq!(resolve(&resolvers, &request.body(()).unwrap(), || claim), expected, "{path}");
        };
        let slug = |text| Named::Organization(OrgName::Slug(text));
        assert_named("/o/acme/invoices", Some("globex"), None, slug("acme"));
        assert_named("/x", Some("globex"), Some("acme"), slug("globex"));
        assert_named("/x", None, Some("acme"), slug("acme"));
        assert_named("/x", None, None, Named::Nothing);
        assert_named("/o/%61cme/invoices", None, Some("acme"), Named::Impossible);
        assert_named("/o//invoices", None, Some("acme"), Named::Impossible);
    }
}
