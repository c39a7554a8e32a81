//! The domain of an address, in the one form in which domains are compared.

use url::Host;

/// The longest address that there is (RFC 5321 section 4.5.3.1).
const LONGEST: usize = 320;

/// The domain of an e-mail address: what stands behind the last `@`, lower-cased, in ASCII (IDNA).
///
/// ```
/// use portcullis_middleware::login::EmailDomain;
/// assert_eq!(EmailDomain::of("Ada@Bücher.Example").unwrap().as_str(), "xn--bcher-kva.example");
/// assert_eq!(EmailDomain::of(r#""a@b"@acme.example"#).unwrap().as_str(), "acme.example");
/// for odd in ["ada", "ada@", "@", "ada@127.0.0.1", "ada@ac%6de.example", "ada@acme example", "ada@acme.example."] {
///     assert!(EmailDomain::of(odd).is_none(), "{odd}");
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailDomain(String);

impl EmailDomain {
    /// The domain of an address; `None` for what has none.
    #[must_use]
    pub fn of(email: &str) -> Option<Self> {
        let (local, domain) = email.trim().rsplit_once('@')?;
        (!local.is_empty() && email.len() <= LONGEST).then(|| Self::parse(domain)).flatten()
    }

    /// A domain by itself.
    #[must_use]
    pub fn parse(domain: &str) -> Option<Self> {
        // The parser of hosts would undo percent-encoding, which addresses do not have.
        if domain.contains('%') || domain.ends_with('.') {
            return None;
        }
        match Host::parse(domain) {
            Ok(Host::Domain(domain)) => Some(Self(domain)),
            _ => None,
        }
    }

    /// The domain.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
