//! Whom an access token is for (RFC 7519 section 4.1.3, RFC 8707 section 2).

use serde::{Deserialize, Serialize};

/// The resource servers that may accept a token: a JSON string for one, an array for several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// These resources, or the default one where none was asked for.
    pub(crate) fn of(resources: &[String], default: &str) -> Self {
        match resources {
            [] => Self::One(default.to_owned()),
            [one] => Self::One(one.clone()),
            several => Self::Several(several.to_vec()),
        }
    }

    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }

    pub(crate) fn contains(&self, resource: &str) -> bool {
        self.as_slice().iter().any(|one| one == resource)
    }

    /// Whether one of these resources may accept the token.
    pub(crate) fn meets(&self, resources: &[String]) -> bool {
        resources.iter().any(|resource| self.contains(resource))
    }
}
