//! What a token is to be good for.

use url::Url;

/// What a token is to be good for. Equal requests share a token, in whatever order they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TokenRequest {
    scopes: Vec<String>,
    resources: Vec<String>,
    audiences: Vec<String>,
    organization: Option<String>,
}

impl TokenRequest {
    /// With these scopes beside those before.
    #[must_use]
    pub fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        in_order(&mut self.scopes);
        self
    }

    /// For this resource (RFC 8707 section 2): an absolute URI; a fragment is cut off, for none is allowed.
    #[must_use]
    pub fn with_resource(mut self, mut resource: Url) -> Self {
        resource.set_fragment(None);
        self.resources.push(resource.into());
        in_order(&mut self.resources);
        self
    }

    /// For this audience, where the server names resources so (RFC 8693 section 2.1).
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        in_order(&mut self.audiences);
        self
    }

    /// Within one organization, by slug or id, at an authorization server of this suite.
    #[must_use]
    pub fn with_organization(mut self, organization: impl Into<String>) -> Self {
        self.organization = Some(organization.into());
        self
    }

    pub(super) fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The parameters of the token request.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let scope = (!self.scopes.is_empty()).then(|| ("scope", self.scopes.join(" ")));
        let resources = self.resources.iter().map(|resource| ("resource", resource.clone()));
        let audiences = self.audiences.iter().map(|audience| ("audience", audience.clone()));
        let organization = self.organization.iter().map(|organization| ("organization", organization.clone()));
        scope.into_iter().chain(resources).chain(audiences).chain(organization).collect()
    }
}

fn in_order(names: &mut Vec<String>) {
    names.sort_unstable();
    names.dedup();
}
