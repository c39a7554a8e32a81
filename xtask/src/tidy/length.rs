//! A long file hides a second concept.

use crate::tidy::sources::Source;

pub(crate) fn finding(source: &Source) -> Option<String> {
    let lines = source.text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
    let excused = EXCUSED.iter().any(|(path, _)| *path == source.path);
    (lines > MOST && !excused)
        .then(|| format!("{}: {lines} lines of code, more than {MOST}; look for the second concept in it", source.path))
}

/// Lines that are neither blank nor comment.
const MOST: usize = 400;

/// Files that may be longer, each with the reason.
const EXCUSED: &[(&str, &str)] = &[];
