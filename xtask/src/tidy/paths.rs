//! Every path that ARCHITECTURE.md names exists.

use std::fs;
use std::path::Path;

/// Nothing where there is no such page yet.
pub(crate) fn findings(root: &Path) -> Vec<String> {
    let Ok(text) = fs::read_to_string(root.join(PAGE)) else { return Vec::new() };
    quoted(&text)
        .filter(|quoted| is_path(quoted))
        .filter(|path| !exists(root, path))
        .map(|path| format!("{PAGE}: `{path}` does not exist"))
        .collect()
}

/// What stands between back-ticks on one line; code blocks are passed by.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let mut in_block = false;
    let prose = text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_block ^= fence;
        !in_block && !fence
    });
    prose.flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// `core/src/rule.rs`, `docs/*.md`, `storage/`: a slash inside or at the end, and no sign of code or of a URL.
fn is_path(word: &str) -> bool {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '*'));
    let first = word.chars().next().is_some_and(|c| c.is_ascii_lowercase() || c == '.');
    let file_or_folder =
        word.ends_with('/') || [".rs", ".md", ".toml", ".css", ".mjs"].iter().any(|end| word.ends_with(end));
    plain && first && file_or_folder && word.contains('/')
}

/// A star stands for anything; the folder before it has to be there.
fn exists(root: &Path, path: &str) -> bool {
    let fixed = match path.split_once('*') {
        Some((before, _)) => before.rsplit_once('/').map_or("", |(folder, _)| folder),
        None => path,
    };
    root.join(fixed).exists()
}

const PAGE: &str = "ARCHITECTURE.md";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_other_code() {
        let text = "See `core/src/rule.rs` and `storage/`, not `text/html`, `/api/o/{org}`, `a::b` or\n```\n`docs/in-a-block.md`\n```\n`docs/*.md`";
        let paths: Vec<_> = quoted(text).filter(|word| is_path(word)).collect();
        assert_eq!(paths, ["core/src/rule.rs", "storage/", "docs/*.md"]);
    }
}
