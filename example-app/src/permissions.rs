//! The vocabulary of the portal: every permission there is, declared once.

portcullis_core::permissions! {
    /// What may be done in the portal.
    granting: "members:manage";
    "invoices:view" => {
        label: "View invoices",
        description: "See invoices and their amounts.",
        holders: ["ORG_USER", "FINANCE", "ORG_ADMIN", "ORG_OWNER"],
    },
    "invoices:pay" => {
        label: "Pay invoices",
        description: "Pay an open or overdue invoice.",
        holders: ["FINANCE", "ORG_ADMIN", "ORG_OWNER"],
    },
    "invoices:download" => {
        label: "Download invoices",
        description: "Download invoices as files.",
        holders: ["FINANCE", "ORG_ADMIN", "ORG_OWNER"],
    },
    "tickets:view" => {
        label: "View tickets",
        description: "See support tickets.",
        holders: ["ORG_USER", "SUPPORT", "ORG_ADMIN", "ORG_OWNER"],
    },
    "tickets:create" => {
        label: "Create tickets",
        description: "Open a support ticket.",
        holders: ["ORG_USER", "SUPPORT", "ORG_ADMIN", "ORG_OWNER"],
    },
    "tickets:close" => {
        label: "Close tickets",
        description: "Close a support ticket.",
        holders: ["SUPPORT", "ORG_ADMIN", "ORG_OWNER"],
    },
    "services:view" => {
        label: "View services",
        description: "See subscribed services and their usage.",
        holders: ["ORG_USER", "ORG_ADMIN", "ORG_OWNER"],
    },
    "services:manage" => {
        label: "Manage services",
        description: "Renew and change services.",
        holders: ["ORG_ADMIN", "ORG_OWNER"],
    },
    "orders:view" => {
        label: "View orders",
        description: "See orders and their delivery.",
        holders: ["ORG_USER", "ORG_ADMIN", "ORG_OWNER"],
    },
    "notifications:view" => {
        label: "View notifications",
        description: "See notifications.",
        holders: ["ORG_USER", "ORG_ADMIN", "ORG_OWNER"],
    },
    "notifications:mark_read" => {
        label: "Mark notifications as read",
        description: "Mark a notification as read.",
        holders: ["ORG_USER", "ORG_ADMIN", "ORG_OWNER"],
    },
    "members:view" => {
        label: "View members",
        description: "See who belongs to the organization.",
        holders: ["ORG_USER", "ORG_ADMIN", "ORG_OWNER"],
    },
    "members:invite" => {
        label: "Add members",
        description: "Add a person to the organization.",
        holders: ["ORG_ADMIN", "ORG_OWNER"],
    },
    "members:manage" => {
        label: "Manage members",
        description: "Change the roles of members and remove them.",
        holders: ["ORG_ADMIN", "ORG_OWNER"],
    },
    "roles:manage" => {
        label: "Manage roles",
        description: "Change what a role allows.",
        holders: ["ORG_OWNER"],
    },
    "settings:view" => {
        label: "View settings",
        description: "See the settings of the organization.",
        holders: ["ORG_USER", "ORG_ADMIN", "ORG_OWNER"],
    },
    "settings:edit" => {
        label: "Edit settings",
        description: "Change the settings of the organization.",
        holders: ["ORG_ADMIN", "ORG_OWNER"],
    },
    "audit:view" => {
        label: "View the audit trail",
        description: "See who did what and when.",
        holders: ["ORG_ADMIN", "ORG_OWNER"],
    },
    "pages:edit" => {
        label: "Edit pages",
        description: "Change the pages of the portal and who may see them.",
        holders: ["ORG_ADMIN", "ORG_OWNER"],
    },
}
