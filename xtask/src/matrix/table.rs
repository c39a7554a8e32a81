//! Reads the matrix from its Markdown table.

use std::collections::BTreeMap;

use crate::failure::{Failure, Outcome};

/// Every route with its row, by method and path.
#[derive(Debug, Default)]
pub(crate) struct Matrix {
    pub(crate) rows: BTreeMap<Route, Row>,
}

/// Method and path.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Route {
    pub(crate) path: String,
    pub(crate) method: String,
}

/// What one route asks for, and what each role gets.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) rule: String,
    /// By role: `allow` or `-`.
    pub(crate) cells: BTreeMap<String, String>,
}

impl Matrix {
    /// Reads the one table in `text`, whose header is `| method | path | rule | anonymous | ROLE… |`.
    pub(crate) fn parse(text: &str) -> Outcome<Self> {
        let mut lines = text.lines().map(str::trim).filter(|line| line.starts_with('|')).map(cells);
        let header = lines.next().unwrap_or_default();
        let [method, path, rule, roles @ ..] = header.as_slice() else {
            return Err(Failure::new(
                "there is no access matrix in the text; its header is `| method | path | rule | …`",
            ));
        };
        if [method, path, rule] != ["method", "path", "rule"] {
            return Err(Failure::new(format!(
                "the matrix begins with `{method}`, `{path}`, `{rule}`, not with `method`, `path`, `rule`"
            )));
        }

        let mut rows = BTreeMap::new();
        for line in
            lines.filter(|line| !line.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':')) && cell.len() > 2))
        {
            let [method, path, rule, granted @ ..] = line.as_slice() else {
                return Err(Failure::new(format!("a row of the matrix is too short: {line:?}")));
            };
            if granted.len() != roles.len() {
                return Err(Failure::new(format!(
                    "the row of {method} {path} has {} cells for {} roles",
                    granted.len(),
                    roles.len()
                )));
            }
            let route = Route { path: path.clone(), method: method.clone() };
            let row = Row { rule: rule.clone(), cells: roles.iter().cloned().zip(granted.iter().cloned()).collect() };
            if rows.insert(route, row).is_some() {
                return Err(Failure::new(format!("the matrix lists {method} {path} twice")));
            }
        }
        Ok(Self { rows })
    }
}

/// The cells of one line; `\|` is a bar inside a cell.
fn cells(line: &str) -> Vec<String> {
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    line.replace(r"\|", "\u{0}")
        .split('|')
        .map(|cell| cell.replace('\u{0}', "|").trim().trim_matches('`').to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_between_prose_is_read() {
        let matrix = Matrix::parse(
            "# Matrix\n\n| method | path | rule | anonymous | FINANCE |\n| --- | :-- | --- | --- | --- |\n\
             | POST | `/pay/{id}` | `a:b` \\| `c:d` | - | allow |\n\nend\n",
        )
        .unwrap();
        let (route, row) = matrix.rows.first_key_value().unwrap();
        assert_eq!((route.method.as_str(), route.path.as_str()), ("POST", "/pay/{id}"));
        assert_eq!(row.rule, "a:b` | `c:d");
        assert_eq!(row.cells["FINANCE"], "allow");
        assert_eq!(row.cells["anonymous"], "-");
    }

    #[test]
    fn a_route_listed_twice_is_refused() {
        let line = "| GET | / | public | allow |\n";
        assert!(Matrix::parse(&format!("| method | path | rule | anonymous |\n{line}{line}")).is_err());
    }
}
