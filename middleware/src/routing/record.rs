//! What the router recorded: method, path and decision of each route.

use http::Method;
use portcullis_core::{Requirement, rule::Access};

/// One route.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteRecord {
    /// The method; `None` where a foreign router answers whatever it likes.
    pub method: Option<Method>,
    /// The path with its parameters, as axum writes it.
    pub path: String,
    /// What was decided.
    pub access: Access,
}

/// Every route of a router: one dimension of the access matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteTable(Vec<RouteRecord>);

impl RouteTable {
    /// The routes in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &RouteRecord> {
        self.0.iter()
    }

    /// Notes a route that another framework serves, pages and server functions for instance.
    pub fn note(&mut self, method: Option<Method>, path: impl Into<String>, access: Access) {
        self.0.push(RouteRecord { method, path: path.into(), access });
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(super) fn prefix(&mut self, prefix: &str) {
        for route in &mut self.0 {
            let tail = if route.path == "/" { "" } else { route.path.as_str() };
            route.path = format!("{}{tail}", prefix.trim_end_matches('/'));
        }
    }

    /// Adds an outer requirement to every route: both apply.
    pub(super) fn demand(&mut self, outer: &Requirement) {
        for route in &mut self.0 {
            let inner = route.access.requirement().clone();
            route.access = Access::Required(outer.clone().and(inner));
        }
    }
}
