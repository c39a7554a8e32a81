//! A formula in words: for the docs of an item, and for the name of its hidden type.

use super::Formula;

/// The line that an item's docs get: ``**Requires permission** `invoices:pay`.``
pub(crate) fn sentence(formula: &Formula) -> String {
    match (formula, kind(formula)) {
        (Formula::Login, _) => "**Requires login.**".to_owned(),
        (_, Some(kind)) => format!("**Requires {kind}** {}.", words(formula, false, false)),
        (_, None) => format!("**Requires** {}.", words(formula, true, false)),
    }
}

/// A piece of an identifier: `invoices_view_or_invoices_pay`.
pub(crate) fn name(formula: &Formula) -> String {
    let list = |parts: &[Formula], word: &str| parts.iter().map(name).collect::<Vec<_>>().join(word);
    match formula {
        Formula::All(parts) => list(parts, "_and_"),
        Formula::Any(parts) => list(parts, "_or_"),
        Formula::Login => "login".to_owned(),
        Formula::Not(parts) => format!("not_{}", list(parts, "_or_")),
        Formula::Permission(key) => identifier(&key.literal.value()),
        Formula::Role(role) => identifier(&role.value()),
    }
}

/// The one kind of thing that the whole formula is about.
fn kind(formula: &Formula) -> Option<&'static str> {
    match formula {
        Formula::All(parts) | Formula::Any(parts) | Formula::Not(parts) => {
            let mut kinds = parts.iter().map(kind);
            let first = kinds.next()??;
            kinds.all(|other| other == Some(first)).then_some(first)
        }
        Formula::Login => None,
        Formula::Permission(_) => Some("permission"),
        Formula::Role(_) => Some("role"),
    }
}

fn words(formula: &Formula, kinds: bool, nested: bool) -> String {
    let list = |parts: &[Formula], word: &str| {
        let text = parts.iter().map(|part| words(part, kinds, true)).collect::<Vec<_>>().join(word);
        if nested && parts.len() > 1 { format!("({text})") } else { text }
    };
    match (formula, kinds) {
        (Formula::All(parts), _) => list(parts, " and "),
        (Formula::Any(parts), _) => list(parts, " or "),
        (Formula::Login, _) => "login".to_owned(),
        (Formula::Not(parts), _) => format!("not {}", words(&Formula::Any(parts.clone()), kinds, true)),
        (Formula::Permission(key), true) => format!("permission `{}`", key.literal.value()),
        (Formula::Permission(key), false) => format!("`{}`", key.literal.value()),
        (Formula::Role(role), true) => format!("role `{}`", role.value()),
        (Formula::Role(role), false) => format!("`{}`", role.value()),
    }
}

fn identifier(text: &str) -> String {
    text.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '_' }).collect()
}
