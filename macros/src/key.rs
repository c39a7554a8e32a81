//! The shape of a permission's key: `resource:action`, both in lower snake case.

/// Whether the text is `resource:action`.
pub(crate) fn is_key(text: &str) -> bool {
    text.split_once(':').is_some_and(|(resource, action)| is_name(resource) && is_name(action))
}

/// Whether the text is one side of a key.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
}

#[cfg(test)]
mod tests {
    use super::is_key;

    #[test]
    fn a_key_has_two_names() {
        for good in ["invoices:pay", "notifications:mark_read", "a1:b2"] {
            assert!(is_key(good), "{good}");
        }
        for bad in ["", "invoices", "invoices:", ":pay", "Invoices:pay", "invoices:pay:now", "in voices:pay", "1a:b"] {
            assert!(!is_key(bad), "{bad}");
        }
    }
}
