//! The vocabulary of the portal: every permission there is, declared once.

use portcullis_core::{
    Permission,
    permission::{Catalogue as _, PermissionInfo, Vocabulary},
};

/// The portal's permissions as a type.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue;

/// The portal's permissions as a value.
pub const VOCABULARY: Vocabulary = Catalogue::VOCABULARY;

const OWNER: &str = "ORG_OWNER";
const ADMIN: &str = "ORG_ADMIN";
const USER: &str = "ORG_USER";
const FINANCE: &str = "FINANCE";
const SUPPORT: &str = "SUPPORT";

macro_rules! declare {
    ($($name:ident = $key:literal, $label:literal, $description:literal, [$($holder:ident),*];)*) => {
        impl portcullis_core::permission::Catalogue for Catalogue {
            const ENTRIES: &'static [PermissionInfo] = &[
                $(PermissionInfo::new($key).described($label, $description).held_by(&[$($holder),*]),)*
            ];
            const GRANTING: Option<&'static str> = Some("members:manage");
        }

        $(#[doc = $description] pub const $name: Permission = VOCABULARY.expect($key);)*
    };
}

declare! {
    INVOICES_VIEW = "invoices:view", "View invoices", "See invoices and their amounts.", [USER, FINANCE, ADMIN, OWNER];
    INVOICES_PAY = "invoices:pay", "Pay invoices", "Pay an open or overdue invoice.", [FINANCE, ADMIN, OWNER];
    INVOICES_DOWNLOAD = "invoices:download", "Download invoices", "Download invoices as files.", [FINANCE, ADMIN, OWNER];
    TICKETS_VIEW = "tickets:view", "View tickets", "See support tickets.", [USER, SUPPORT, ADMIN, OWNER];
    TICKETS_CREATE = "tickets:create", "Create tickets", "Open a support ticket.", [USER, SUPPORT, ADMIN, OWNER];
    TICKETS_CLOSE = "tickets:close", "Close tickets", "Close a support ticket.", [SUPPORT, ADMIN, OWNER];
    SERVICES_VIEW = "services:view", "View services", "See subscribed services and their usage.", [USER, ADMIN, OWNER];
    SERVICES_MANAGE = "services:manage", "Manage services", "Renew and change services.", [ADMIN, OWNER];
    ORDERS_VIEW = "orders:view", "View orders", "See orders and their delivery.", [USER, ADMIN, OWNER];
    NOTIFICATIONS_VIEW = "notifications:view", "View notifications", "See notifications.", [USER, ADMIN, OWNER];
    NOTIFICATIONS_MARK_READ = "notifications:mark_read", "Mark notifications as read", "Mark a notification as read.", [USER, ADMIN, OWNER];
    MEMBERS_VIEW = "members:view", "View members", "See who belongs to the organization.", [USER, ADMIN, OWNER];
    MEMBERS_INVITE = "members:invite", "Add members", "Add a person to the organization.", [ADMIN, OWNER];
    MEMBERS_MANAGE = "members:manage", "Manage members", "Change the roles of members and remove them.", [ADMIN, OWNER];
    ROLES_MANAGE = "roles:manage", "Manage roles", "Change what a role allows.", [OWNER];
    SETTINGS_VIEW = "settings:view", "View settings", "See the settings of the organization.", [USER, ADMIN, OWNER];
    SETTINGS_EDIT = "settings:edit", "Edit settings", "Change the settings of the organization.", [ADMIN, OWNER];
    AUDIT_VIEW = "audit:view", "View the audit trail", "See who did what and when.", [ADMIN, OWNER];
    PAGES_EDIT = "pages:edit", "Edit pages", "Change the pages of the portal and who may see them.", [ADMIN, OWNER];
}
