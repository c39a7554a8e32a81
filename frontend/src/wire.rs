//! The session as text: how it travels with a page, and how the server tells of it later.
//!
//! The server writes by `serde`. It is read by hand, on top of the parser that the browser has anyway:
//! what `serde` writes for reading would be a fifth of what a browser loads for us.

use std::{collections::BTreeMap, str::FromStr};

use leptos::server::codee::{Decoder, Encoder};
use portcullis_core::{
    AccessSnapshot, RoleName,
    access::{OrganizationSummary, UserSummary},
};

use crate::platform::Json;

/// Carries the session in the page.
pub(crate) struct SessionText;

/// The text is not a session.
#[derive(Debug)]
pub(crate) struct Unreadable;

impl Encoder<AccessSnapshot> for SessionText {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(session: &AccessSnapshot) -> Result<String, serde_json::Error> {
        serde_json::to_string(session)
    }
}

impl Decoder<AccessSnapshot> for SessionText {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<AccessSnapshot, Unreadable> {
        read(text).ok_or(Unreadable)
    }
}

/// The session that the text tells of. One part that cannot be read, and nothing is believed.
pub(crate) fn read(text: &str) -> Option<AccessSnapshot> {
    let mut session = AccessSnapshot::default();
    fill(&mut session, &Json::parse(text)?)?;
    Some(session)
}

fn fill(session: &mut AccessSnapshot, json: &Json) -> Option<()> {
    // Every part by name: a new one does not compile until it is read.
    let AccessSnapshot {
        authenticated,
        user: person,
        organizations,
        organization: here,
        roles,
        permissions,
        revision,
        grantable_by: grantors,
    } = session;
    *authenticated = json.member("authenticated")?.flag()?;
    *person = optional(json, "user", user)?;
    *organizations = optional(json, "organizations", |all| list(all, organization))?.unwrap_or_default();
    *here = optional(json, "organization", organization)?;
    *roles = optional(json, "roles", |roles| list(roles, role))?;
    *permissions = optional(json, "permissions", |keys| list(keys, Json::text))?;
    *revision = optional(json, "revision", Json::number)?;
    *grantors = optional(json, "grantable_by", grantable_by)?.unwrap_or_default();
    Some(())
}

fn user(json: &Json) -> Option<UserSummary> {
    Some(UserSummary { id: parsed(json, "id")?, email: text(json, "email")?, name: text(json, "name")? })
}

fn organization(json: &Json) -> Option<OrganizationSummary> {
    Some(OrganizationSummary {
        id: parsed(json, "id")?,
        slug: parsed(json, "slug")?,
        name: text(json, "name")?,
        roles: list(&json.member("roles")?, role)?,
    })
}

fn role(json: &Json) -> Option<RoleName> {
    json.text().map(RoleName::from)
}

fn grantable_by(json: &Json) -> Option<BTreeMap<String, Vec<RoleName>>> {
    let mut grantable_by = BTreeMap::new();
    for (permission, roles) in json.members()? {
        grantable_by.insert(permission, list(&roles, role)?);
    }
    Some(grantable_by)
}

/// A text member.
pub(crate) fn text(json: &Json, name: &str) -> Option<String> {
    json.member(name)?.text()
}

fn parsed<T: FromStr>(json: &Json, name: &str) -> Option<T> {
    text(json, name)?.parse().ok()
}

/// What may be absent, but not unreadable.
fn optional<T>(json: &Json, name: &str, read: impl FnOnce(&Json) -> Option<T>) -> Option<Option<T>> {
    match json.member(name) {
        None => Some(None),
        Some(member) => read(&member).map(Some),
    }
}

fn list<T>(json: &Json, read: impl Fn(&Json) -> Option<T>) -> Option<Vec<T>> {
    let mut list = Vec::new();
    for item in json.items()? {
        list.push(read(&item)?);
    }
    Some(list)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn member() -> serde_json::Value {
        let acme = json!({
            "id": "0197a1b2-0000-7000-8000-000000000002", "slug": "acme", "name": "Acme", "roles": ["FINANCE"]
        });
        json!({
            "authenticated": true,
            "user": { "id": "0197a1b2-0000-7000-8000-000000000001", "email": "ann@acme.example", "name": "Ann" },
            "organizations": [acme], "organization": acme, "roles": ["FINANCE"], "permissions": ["invoices:pay"],
            "revision": 7, "grantable_by": { "members:manage": ["ORG_OWNER"] }
        })
    }

    #[test]
    fn it_is_read_as_serde_reads_it() {
        for session in [member(), json!({ "authenticated": false }), json!({ "authenticated": true, "user": null })] {
            let text = session.to_string();
            assert_eq!(read(&text), Some(serde_json::from_str(&text).unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let session: AccessSnapshot = serde_json::from_value(member()).unwrap();
        assert_eq!(SessionText::decode(&SessionText::encode(&session).unwrap()).unwrap(), session);
    }

    #[test]
    fn one_unreadable_part_and_nothing_is_believed() {
        for (name, wrong) in [("user", json!({})), ("roles", json!([1])), ("organization", json!({ "slug": "A/B" }))] {
            let mut session = member();
            *session.get_mut(name).unwrap() = wrong;
            assert_eq!(read(&session.to_string()), None, "{name}");
        }
        assert_eq!(read("{}"), None);
        assert_eq!(read("<html>"), None);
    }
}
