//! Finds the Rust files of the repository.

use std::fs;
use std::path::Path;

use crate::failure::{Outcome, While};

/// A Rust file: its path from the repository's root, and its text.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All of them, but build products, fixtures and the gallery of mistakes.
pub(crate) fn of(root: &Path) -> Outcome<Vec<Source>> {
    let mut found = Vec::new();
    walk(root, root, &mut found)?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Source>) -> Outcome {
    for entry in fs::read_dir(folder).or_fail(|| format!("cannot read {}", folder.display()))?.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if path.is_dir() {
            if !name.starts_with('.') && !PASSED_BY.contains(&name.as_ref()) {
                walk(root, &path, found)?;
            }
        } else if name.ends_with(".rs") && name != "build.rs" {
            let text = fs::read_to_string(&path).or_fail(|| format!("cannot read {}", path.display()))?;
            found.push(Source { path: path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned(), text });
        }
    }
    Ok(())
}

const PASSED_BY: &[&str] = &["fixtures", "gallery", "node_modules", "target"];
