//! The access context: who asks, in which organization, with which grants.

use std::sync::Arc;

use crate::{
    Decision, GrantSet, Organization, Principal, Requirement, RoleTable, Standing, decide, permission::Vocabulary,
};

/// The verified context of a request. Deliberately not serializable: the browser gets an
/// [`super::AccessSnapshot`].
#[derive(Clone, Debug)]
pub struct AccessContext {
    principal: Arc<Principal>,
    organization: Option<OrgContext>,
    vocabulary: Vocabulary,
}

/// An organization that the principal was found to belong to, and the grants there.
///
/// The gate makes one only after it has loaded a membership, so holding one is the proof of it:
/// data functions take it instead of an id from the URL.
#[derive(Clone, Debug)]
pub struct OrgContext {
    organization: Arc<Organization>,
    grants: Arc<GrantSet>,
    roles: Arc<RoleTable>,
}

impl AccessContext {
    /// A principal, and the organization that was entered, if one was.
    #[must_use]
    pub const fn new(principal: Arc<Principal>, organization: Option<OrgContext>, vocabulary: Vocabulary) -> Self {
        Self { principal, organization, vocabulary }
    }

    /// Who asks.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The application's permissions.
    #[must_use]
    pub const fn vocabulary(&self) -> Vocabulary {
        self.vocabulary
    }

    /// Where.
    #[must_use]
    pub const fn organization(&self) -> Option<&OrgContext> {
        self.organization.as_ref()
    }

    /// How the caller stands before a requirement.
    #[must_use]
    pub fn standing(&self) -> Standing<'_> {
        self.organization.as_ref().map_or(Standing::SignedIn, |org| Standing::Member(&org.grants))
    }

    /// Decides for this context.
    #[inline]
    pub fn decide(&self, requirement: &Requirement) -> Decision {
        decide(self.standing(), requirement)
    }

    /// The projection for the browser; `organizations` are all those the person belongs to.
    #[must_use]
    pub fn project(&self, organizations: Vec<super::OrganizationSummary>) -> super::AccessSnapshot {
        super::AccessSnapshot::of(self, organizations)
    }

    /// What a denial lacked, as a problem document that also says who can grant it.
    #[must_use]
    pub fn problem(&self, missing: &crate::decision::Missing) -> crate::ProblemDetails {
        crate::ProblemDetails::of_missing(missing, self.organization.as_ref().map(|org| org.roles()), self.vocabulary)
    }
}

impl OrgContext {
    /// States that the membership behind these grants was verified.
    ///
    /// # Security
    /// Only the gate's organization stage, and tests, may say so.
    #[must_use]
    pub const fn assertion(organization: Arc<Organization>, grants: Arc<GrantSet>, roles: Arc<RoleTable>) -> Self {
        Self { organization, grants, roles }
    }

    /// The organization.
    #[must_use]
    pub fn organization(&self) -> &Organization {
        &self.organization
    }

    /// The grants of the principal here.
    #[must_use]
    pub fn grants(&self) -> &GrantSet {
        &self.grants
    }

    /// Every role of the organization with what it confers.
    #[must_use]
    pub fn roles(&self) -> &RoleTable {
        &self.roles
    }
}
