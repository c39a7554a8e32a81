//! E-mail addresses as they come from forms: plain, lower-cased, safe in a header.

/// An address that mail can be sent to; whether somebody reads it, only a letter tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmailAddress(String);

impl EmailAddress {
    /// Reads what somebody typed: `local@domain` without quoting, comments or white space.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@')?;
        let local_fits = (1..=64).contains(&local.len()) && local.chars().all(is_plain);
        let domain_fits = domain.split('.').all(is_label) && domain.contains('.');
        (text.len() <= LONGEST && local_fits && domain_fits).then_some(Self(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_plain(character: char) -> bool {
    !character.is_control() && !character.is_whitespace() && !r#"@<>()[]{},;:\""#.contains(character)
}

fn is_label(label: &str) -> bool {
    let letters = label.chars().all(|character| character.is_alphanumeric() || character == '-');
    !label.is_empty() && letters && !label.starts_with('-') && !label.ends_with('-')
}

/// RFC 5321 section 4.5.3.1.3.
const LONGEST: usize = 254;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_read() {
        for good in ["ann@acme.example", " Ann+x@Acme.Example ", "o'hara@sub.acme.example", "jörg@müller.example"] {
            assert_eq!(EmailAddress::parse(good).unwrap().as_str(), good.trim().to_lowercase());
        }
        let long = format!("{}@acme.example", "a".repeat(65));
        let header = "ann@acme.example\r\nBcc: all@acme.example";
        for bad in ["", "@", "ann", "ann@", "@acme.example", "a b@acme.example", "a@b@acme.example", "ann@acme", &long]
            .into_iter()
            .chain([header, "ann@acme..example", "ann@-acme.example", "<ann@acme.example>", "a,b@acme.example"])
        {
            assert_eq!(EmailAddress::parse(bad), None, "{bad}");
        }
    }
}
