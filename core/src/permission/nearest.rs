//! Edit distance in `const fn`, so that the compiler can name the key that was meant.
#![expect(clippy::indexing_slicing, reason = "const code has no iterators; every index is below a checked length")]

use super::PermissionInfo;

/// Keys longer than this are compared by their first letters only.
const WIDTH: usize = 64;

/// Whether two texts are the same, in constant evaluation.
pub(super) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The declared key with the smallest edit distance to `key`; none if nothing is declared.
///
/// ```
/// use portcullis_core::permission::{nearest, PermissionInfo};
/// const DECLARED: &[PermissionInfo] = &[PermissionInfo::new("invoices:view"), PermissionInfo::new("invoices:pay")];
/// assert_eq!(nearest(DECLARED, "invoices:pya"), Some("invoices:pay"));
/// ```
#[must_use]
pub const fn nearest(declared: &[PermissionInfo], key: &str) -> Option<&'static str> {
    let mut best = None;
    let mut best_distance = usize::MAX;
    let mut i = 0;
    while i < declared.len() {
        let distance = distance(declared[i].key, key);
        if distance < best_distance {
            best_distance = distance;
            best = Some(declared[i].key);
        }
        i += 1;
    }
    best
}

/// The Levenshtein distance of the first [`WIDTH`] bytes.
const fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let rows = min(a.len(), WIDTH);
    let columns = min(b.len(), WIDTH);
    let mut line = [0usize; WIDTH + 1];
    let mut column = 0;
    while column <= columns {
        line[column] = column;
        column += 1;
    }
    let mut row = 1;
    while row <= rows {
        let mut diagonal = line[0];
        line[0] = row;
        let mut column = 1;
        while column <= columns {
            let above = line[column];
            let change = diagonal + (a[row - 1] != b[column - 1]) as usize;
            line[column] = min(change, min(above, line[column - 1]) + 1);
            diagonal = above;
            column += 1;
        }
        row += 1;
    }
    line[columns]
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}
