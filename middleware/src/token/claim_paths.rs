//! Where roles, permissions and organizations stand in a token: configured paths, three shapes.

use std::collections::BTreeMap;

use portcullis_core::role::{ClaimedGrants, ClaimedSet};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Claims;

/// Dotted paths into the claims, for example `realm_access.roles`. A member whose name has dots
/// (`https://portal.example/roles`) is found by its whole name first.
///
/// | path | shapes read |
/// | --- | --- |
/// | `roles` | `["A", "B"]` · `"A B"` · `{"acme": ["A"], "globex": ["B"]}` (per organization) |
/// | `permissions` | `["invoices:view"]` · `"a:x b:y"` · `{"invoices": ["view", "pay"]}` · `{"invoices": {"actions": ["view"]}}` |
/// | `organizations` | `["acme"]` · `{"acme": {"roles": […], "permissions": …}}` · `{"acme": ["ROLE"]}` |
/// | `organization` | `"acme"`: the token is bound to it |
/// | `limit` | `["invoices:view"]` · `"a:x b:y"`: at most these permissions, and no role |
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClaimPaths {
    /// Role names.
    pub roles: Option<String>,
    /// Permission keys.
    pub permissions: Option<String>,
    /// Per organization: members, roles, permissions.
    pub organizations: Option<String>,
    /// The one organization that the token is bound to.
    pub organization: Option<String>,
    /// The permissions that the token may use at most, whatever its subject holds; without the claim there is
    /// no limit.
    pub limit: Option<String>,
}

impl ClaimPaths {
    /// The paths of tokens that the embedded authorization server issues.
    #[must_use]
    pub fn ours() -> Self {
        let path = |name: &str| Some(name.to_owned());
        let (roles, permissions) = (path("roles"), path("permissions"));
        Self { roles, permissions, organizations: None, organization: path("org"), limit: path("limited_to") }
    }

    /// Of the tokens of [`ClaimPaths::ours`] only the organization that each is bound to, and its limit: for a
    /// portal that looks rights up in its directory, and would read those in the token for nothing.
    #[must_use]
    pub fn our_organization() -> Self {
        Self { organization: Some("org".to_owned()), limit: Some("limited_to".to_owned()), ..Self::default() }
    }

    /// Reads the claims.
    #[must_use]
    pub fn read(&self, claims: &Claims) -> ClaimedGrants {
        let at = |path: &Option<String>| claims.at(path.as_deref()?);
        // The usual shape is read without a detour over values.
        let texts = |path: &Option<String>| claims.texts(path.as_deref()?);
        let mut grants = ClaimedGrants::default();
        grants.everywhere.roles = texts(&self.roles).unwrap_or_else(|| match at(&self.roles) {
            Some(Value::Object(by_organization)) => {
                for (organization, roles) in by_organization {
                    entry(&mut grants.by_organization, organization).roles.extend(names(roles));
                }
                Vec::new()
            }
            roles => roles.map(names).unwrap_or_default(),
        });
        let stated = || at(&self.permissions).map(permissions).unwrap_or_default();
        grants.everywhere.permissions = texts(&self.permissions).unwrap_or_else(stated);
        match at(&self.organizations) {
            Some(Value::Object(all)) => {
                for (organization, value) in all {
                    let set = entry(&mut grants.by_organization, organization);
                    match value {
                        Value::Object(mut parts) => {
                            set.roles.extend(parts.remove("roles").map(names).unwrap_or_default());
                            set.permissions.extend(parts.remove("permissions").map(permissions).unwrap_or_default());
                        }
                        roles => set.roles.extend(names(roles)),
                    }
                }
            }
            Some(list) => {
                for organization in names(list) {
                    entry(&mut grants.by_organization, organization);
                }
            }
            None => {}
        }
        // A limit that cannot be read is one that allows nothing.
        grants.limited_to = texts(&self.limit).or_else(|| at(&self.limit).map(names));
        grants.bound_to = self.organization.as_deref().and_then(|path| match claims.at(path) {
            Some(Value::String(organization)) => Some(organization),
            _ => None,
        });
        grants
    }
}

fn entry(map: &mut BTreeMap<String, ClaimedSet>, organization: String) -> &mut ClaimedSet {
    map.entry(organization).or_default()
}

/// A list of names, or names in one text parted by spaces, as OAuth writes scopes.
fn names(value: Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.into_iter().filter_map(text).collect(),
        Value::String(text) => text.split_ascii_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn text(value: Value) -> Option<String> {
    if let Value::String(text) = value { Some(text) } else { None }
}

/// Permission keys, flat or as resource → actions.
fn permissions(value: Value) -> Vec<String> {
    let by_resource = match value {
        Value::Object(by_resource) => by_resource,
        list => return names(list),
    };
    let actions = |value: Value| match value {
        Value::Object(mut parts) => parts.remove("actions").map(names).unwrap_or_default(),
        list => names(list),
    };
    by_resource
        .into_iter()
        .flat_map(|(resource, value)| actions(value).into_iter().map(move |action| format!("{resource}:{action}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(paths: &ClaimPaths, claims: Value) -> ClaimedGrants {
        paths.read(&Claims::parse(claims.to_string().into_bytes()).unwrap())
    }

    #[test]
    fn flat_lists_maps_and_per_organization_maps() {
        let path = |text: &str| Some(text.to_owned());
        let nested = ClaimPaths { roles: path("realm_access.roles"), permissions: path("perm"), ..Default::default() };
        let grants = read(&nested, json!({"realm_access": {"roles": ["A"]}, "perm": {"invoices": ["view", "pay"]}}));
        assert_eq!(grants.everywhere.roles, ["A"]);
        assert_eq!(grants.everywhere.permissions, ["invoices:view", "invoices:pay"]);

        let per_org = ClaimPaths { organizations: path("https://x.example/orgs"), ..Default::default() };
        let claims =
            json!({"https://x.example/orgs": {"acme": {"roles": ["A"], "permissions": ["t:x"]}, "globex": ["B"]}});
        let grants = read(&per_org, claims);
        assert_eq!(grants.by_organization["acme"].permissions, ["t:x"]);
        assert_eq!(grants.by_organization["globex"].roles, ["B"]);
        assert!(grants.everywhere.roles.is_empty());
    }

    #[test]
    fn other_shapes_grant_nothing() {
        for odd in [json!({"roles": 7}), json!({"roles": [1, null]}), json!({}), json!({"roles": {"acme": 3}})] {
            let grants = read(&ClaimPaths::ours(), odd);
            assert!(grants.everywhere.roles.is_empty());
            assert!(grants.by_organization.values().all(|set| set.roles.is_empty()));
        }
    }
}
