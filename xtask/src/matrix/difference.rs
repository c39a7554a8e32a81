//! Says what changed between two access matrices, worst first.

use std::collections::BTreeSet;
use std::fmt;

use crate::matrix::table::{Matrix, Route, Row};

/// One thing that changed; the order is the order of worry.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Difference {
    Widened { route: Route, role: String },
    New { route: Route, allowed: Vec<String> },
    Narrowed { route: Route, role: String },
    Gone { route: Route },
    Rule { route: Route, before: String, now: String },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Widened { route, role } => write!(f, "WIDENED   {route}: {role} was denied and is allowed"),
            Self::New { route, allowed } if allowed.is_empty() => write!(f, "new       {route}: nobody is allowed"),
            Self::New { route, allowed } => write!(f, "new       {route}: allowed {}", allowed.join(", ")),
            Self::Narrowed { route, role } => write!(f, "narrowed  {route}: {role} was allowed and is denied"),
            Self::Gone { route } => write!(f, "gone      {route}"),
            Self::Rule { route, before, now } => write!(f, "rule      {route}: was `{before}`, is `{now}`"),
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Everything that changed from `before` to `now`.
pub(crate) fn differences(before: &Matrix, now: &Matrix) -> Vec<Difference> {
    let mut found = Vec::new();
    for (route, row) in &now.rows {
        match before.rows.get(route) {
            Some(earlier) => compare(route, earlier, row, &mut found),
            None => {
                found.push(Difference::New { route: route.clone(), allowed: allowed(row).map(str::to_owned).collect() })
            }
        }
    }
    let gone = before.rows.keys().filter(|route| !now.rows.contains_key(route));
    found.extend(gone.map(|route| Difference::Gone { route: route.clone() }));
    found.sort();
    found
}

/// A role that only one side knows counts as denied on the other.
fn compare(route: &Route, before: &Row, now: &Row, found: &mut Vec<Difference>) {
    let (had, has): (BTreeSet<&str>, BTreeSet<&str>) = (allowed(before).collect(), allowed(now).collect());
    let widened =
        has.difference(&had).map(|role| Difference::Widened { route: route.clone(), role: (*role).to_owned() });
    found.extend(widened);
    let narrowed =
        had.difference(&has).map(|role| Difference::Narrowed { route: route.clone(), role: (*role).to_owned() });
    found.extend(narrowed);
    if before.rule != now.rule {
        found.push(Difference::Rule { route: route.clone(), before: before.rule.clone(), now: now.rule.clone() });
    }
}

/// Whatever is not the mark of refusal counts as allowed, so that an unknown word is a widening.
fn allowed(row: &Row) -> impl Iterator<Item = &str> {
    row.cells.iter().filter(|(_, cell)| *cell != "-").map(|(role, _)| role.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(before: &str, now: &str) -> Vec<String> {
        let parse =
            |rows: &str| Matrix::parse(&format!("| method | path | rule | anonymous | USER |\n{rows}")).unwrap();
        differences(&parse(before), &parse(now)).iter().map(Difference::to_string).collect()
    }

    #[test]
    fn nothing_is_said_about_equal_tables() {
        assert_eq!(said("| GET | / | public | allow | allow |\n", "| GET | / | public | allow | allow |\n"), [""; 0]);
    }

    #[test]
    fn a_cell_that_widens_comes_first_and_is_named() {
        let before = "| GET | /a | a:view | - | - |\n| GET | /b | b:view | - | allow |\n";
        let now =
            "| GET | /a | a:view | - | allow |\n| GET | /b | b:edit | - | - |\n| GET | /c | public | allow | allow |\n";
        assert_eq!(
            said(before, now),
            [
                "WIDENED   GET /a: USER was denied and is allowed",
                "new       GET /c: allowed USER, anonymous",
                "narrowed  GET /b: USER was allowed and is denied",
                "rule      GET /b: was `b:view`, is `b:edit`",
            ]
        );
    }

    #[test]
    fn a_route_that_is_gone_is_named() {
        assert_eq!(said("| GET | /a | login | - | allow |\n", ""), ["gone      GET /a"]);
    }
}
