//! The access matrix: every route × every default role, decided from what was recorded.

use std::fmt::Write;

use portcullis_core::{Decision, GrantSet, PermissionSet, Requirement, Standing, decide, rule::Access};
use portcullis_middleware::routing::{RouteRecord, RouteTable};

use super::{routes::route_table, seed::DEFAULT_ROLES};
use crate::permissions::VOCABULARY;

/// Prints the matrix as a table.
#[must_use]
pub fn print_matrix() -> String {
    let routes = route_table();
    let mut text = String::from("| method | path | rule | anonymous |");
    for role in DEFAULT_ROLES {
        let _ = write!(text, " {} |", role.name);
    }
    text.push_str("\n| --- | --- | --- | --- |");
    text.push_str(&" --- |".repeat(DEFAULT_ROLES.len()));
    text.push('\n');
    for route in sorted(&routes) {
        row(&mut text, route);
    }
    text
}

fn sorted(routes: &RouteTable) -> Vec<&RouteRecord> {
    let mut all: Vec<&RouteRecord> = routes.iter().collect();
    all.sort_by(|a, b| {
        (&a.path, a.method.as_ref().map(|m| m.as_str())).cmp(&(&b.path, b.method.as_ref().map(|m| m.as_str())))
    });
    all
}

fn row(text: &mut String, route: &RouteRecord) {
    let method = route.method.as_ref().map_or("*", |method| method.as_str());
    let rule = match &route.access {
        Access::Public { reason } => format!("public: {reason}"),
        Access::Required(requirement) => requirement.display(VOCABULARY).to_string(),
    };
    let _ = write!(text, "| {method} | `{}` | {rule} | {} |", route.path, cell(Standing::Anonymous, &route.access));
    for role in DEFAULT_ROLES {
        let permissions: PermissionSet = role.permissions().collect();
        let grants = GrantSet::new([role.name], permissions, 0);
        let _ = write!(text, " {} |", cell(Standing::Member(&grants), &route.access));
    }
    text.push('\n');
}

fn cell(standing: Standing<'_>, access: &Access) -> &'static str {
    let requirement: &Requirement = access.requirement();
    match decide(standing, requirement) {
        Decision::Allow => "allow",
        Decision::Deny(_) => "-",
    }
}
