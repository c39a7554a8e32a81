//! The problem document, as it goes over the wire.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::ProblemKind;
use crate::{RoleName, RoleTable, decision::Missing, permission::Vocabulary};

/// A problem document (RFC 9457 section 3) with the members of this suite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProblemDetails {
    /// A URI that names the kind.
    #[serde(rename = "type")]
    pub type_uri: Cow<'static, str>,
    /// The same words for every occurrence of the kind.
    pub title: Cow<'static, str>,
    /// The HTTP status again.
    pub status: u16,
    /// What happened this time, for the caller; free of secrets and hints.
    pub detail: Cow<'static, str>,
    /// This occurrence, for a support call: a URI that says nothing else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instance: String,
    /// The kind, for programs.
    pub code: Cow<'static, str>,
    /// The permissions that were not held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// The roles whose holders could grant what is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantable_by: Option<Vec<RoleName>>,
    /// The roles of which one would have done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any_of: Option<Vec<String>>,
}

impl ProblemDetails {
    /// A problem of a kind with nothing more to say.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        Self {
            type_uri: kind.type_uri().into(),
            title: kind.title().into(),
            status: kind.status(),
            detail: kind.detail().into(),
            instance: String::new(),
            code: kind.code().into(),
            missing: None,
            grantable_by: None,
            any_of: None,
        }
    }

    /// With words for this occurrence.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// What a known principal lacked, and who could grant it in this organization.
    ///
    /// A permission names the problem where one is missing, else the roles do.
    #[must_use]
    pub fn of_missing(missing: &Missing, roles: Option<&RoleTable>, vocabulary: Vocabulary) -> Self {
        if missing.permissions.is_empty() && !missing.any_of_roles.is_empty() {
            let any_of: Vec<String> = missing.any_of_roles.iter().map(|role| role.as_ref().into()).collect();
            let detail = format!("this needs the role {}", any_of.join(" or "));
            return Self { any_of: Some(any_of), ..Self::new(ProblemKind::RoleRequired) }.with_detail(detail);
        }
        let keys: Vec<String> = missing.permissions.iter().map(|one| vocabulary.key(*one).into()).collect();
        let grantable_by =
            roles.map(|roles| roles.grantable_by(&missing.permissions, vocabulary.granting())).unwrap_or_default();
        let detail = match keys.as_slice() {
            [] => "your roles here exclude this".to_owned(),
            keys => format!("this needs {}", keys.join(" and ")),
        };
        Self { missing: Some(keys), grantable_by: Some(grantable_by), ..Self::new(ProblemKind::PermissionDenied) }
            .with_detail(detail)
    }
}
