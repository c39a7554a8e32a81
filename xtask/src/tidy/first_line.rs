//! Every file begins by saying its job.

use crate::tidy::sources::Source;

pub(crate) fn finding(source: &Source) -> Option<String> {
    let first = source.text.lines().next().unwrap_or_default();
    let says = first.strip_prefix("//!").is_some_and(|job| !job.trim().is_empty());
    (!says).then(|| format!("{}: does not begin with `//!` and its job", source.path))
}
