//! Scopes, and the organization that a request names by `org:{slug}` or by `organization`.

use crate::{error::Refusal, params::Params, port::Client};

/// What a request asks for: scopes of the client's list and perhaps one organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) scopes: Vec<String>,
    pub(crate) organization: Option<String>,
}

impl Asked {
    /// Reads `scope` and `organization`; scopes outside `allowed` are refused.
    ///
    /// Any client may name an organization: who belongs to it decides, not the registration.
    pub(crate) fn of_request(params: &Params, allowed: &[String]) -> Result<Self, Refusal> {
        let mut asked = Self { scopes: Vec::new(), organization: params.one("organization")?.map(str::to_owned) };
        for scope in params.one("scope")?.unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()) {
            if let Some(organization) = scope.strip_prefix(ORGANIZATION) {
                asked.name_organization(organization)?;
            } else if !allowed.iter().any(|one| one == scope) {
                return Err(Refusal::invalid_scope("a scope is unknown or not open to this client"));
            }
            if !asked.scopes.iter().any(|one| one == scope) {
                asked.scopes.push(scope.to_owned());
            }
        }
        if asked.organization.as_deref().is_some_and(|name| !is_organization_name(name)) {
            return Err(Refusal::invalid_scope("the organization is not named by a slug or an id"));
        }
        Ok(asked)
    }

    /// Reads what a token request asks of an earlier grant: fewer scopes, the same organization.
    ///
    /// A grant that named no organization lets a first-party client choose one at each request; a
    /// third-party client cannot, because nobody consented to that organization.
    pub(crate) fn of_grant(
        params: &Params,
        client: &Client,
        scopes: &[String],
        organization: Option<&str>,
    ) -> Result<Self, Refusal> {
        let mut asked = Self::of_request(params, scopes)?;
        match (&asked.organization, organization) {
            (Some(wanted), Some(granted)) if wanted != granted => {
                return Err(Refusal::invalid_scope("the grant names another organization"));
            }
            (Some(_), None) if !client.first_party => {
                return Err(Refusal::invalid_scope("the grant names no organization"));
            }
            (None, Some(granted)) => asked.organization = Some(granted.to_owned()),
            _ => {}
        }
        if params.one("scope")?.is_none() {
            asked.scopes = scopes.to_vec();
        }
        Ok(asked)
    }

    fn name_organization(&mut self, organization: &str) -> Result<(), Refusal> {
        match &self.organization {
            Some(other) if other != organization => Err(Refusal::invalid_scope("two organizations are named")),
            _ => {
                self.organization = Some(organization.to_owned());
                Ok(())
            }
        }
    }
}

/// Whether a scope was granted.
pub(crate) fn contains(scopes: &[String], scope: &str) -> bool {
    scopes.iter().any(|one| one == scope)
}

/// Whether a client may have a scope: one of its list, or any that names an organization.
pub(crate) fn is_open(client: &Client, scope: &str) -> bool {
    scope.starts_with(ORGANIZATION) || contains(&client.scopes, scope)
}

/// A slug or an id: short, plain characters.
fn is_organization_name(name: &str) -> bool {
    portcullis_core::OrgSlug::is_valid(name)
}

/// The scope that asks for an ID token.
pub(crate) const OPENID: &str = "openid";
/// The scope that asks for the address.
pub(crate) const EMAIL: &str = "email";
/// The scope that asks for the name.
pub(crate) const PROFILE: &str = "profile";
/// The scope that asks for a refresh token.
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// What a scope begins with that names an organization.
pub(crate) const ORGANIZATION: &str = "org:";

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Option<(String, Option<String>)> {
        let allowed = ["openid".to_owned(), "email".to_owned()];
        let asked = Asked::of_request(&Params::parse(query.as_bytes()), &allowed).ok()?;
        Some((asked.scopes.join(" "), asked.organization))
    }

    #[test]
    fn scopes_stay_inside_the_list_and_name_one_organization() {
        let acme = || Some("acme".to_owned());
        assert_eq!(asked(""), Some((String::new(), None)));
        assert_eq!(asked("scope=openid+email+openid"), Some(("openid email".to_owned(), None)));
        assert_eq!(asked("scope=openid+org:acme"), Some(("openid org:acme".to_owned(), acme())));
        assert_eq!(asked("scope=openid&organization=acme"), Some(("openid".to_owned(), acme())));
        assert_eq!(asked("scope=org:acme&organization=acme"), Some(("org:acme".to_owned(), acme())));
        for bad in ["scope=admin", "scope=org:acme+org:globex", "scope=org:acme&organization=globex", "scope=org:"] {
            assert_eq!(asked(bad), None, "{bad}");
        }
    }
}
