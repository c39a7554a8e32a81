//! The default roles of an organization, from what the vocabulary says of usual holders.

use portcullis_core::Permission;

use crate::permissions::VOCABULARY;

/// A role that every new organization has.
pub(crate) struct DefaultRole {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) description: &'static str,
}

/// The default roles, the least first.
pub(crate) const DEFAULT_ROLES: &[DefaultRole] = &[
    DefaultRole {
        name: "ORG_USER",
        label: "Member",
        description: "Sees the organization's business and opens tickets.",
    },
    DefaultRole { name: "FINANCE", label: "Finance", description: "Sees, downloads and pays invoices." },
    DefaultRole { name: "SUPPORT", label: "Support", description: "Opens and closes tickets." },
    DefaultRole { name: "ORG_ADMIN", label: "Administrator", description: "Everything but the editing of roles." },
    DefaultRole { name: "ORG_OWNER", label: "Owner", description: "Everything." },
];

impl DefaultRole {
    /// What the role confers: the permissions that name it as a usual holder.
    pub(crate) fn permissions(&self) -> impl Iterator<Item = Permission> {
        VOCABULARY.iter().filter(|(_, info)| info.holders.contains(&self.name)).map(|(permission, _)| permission)
    }

    /// The same, by key.
    pub(crate) fn keys(&self) -> Vec<&'static str> {
        self.permissions().map(|permission| VOCABULARY.key(permission)).collect()
    }
}
