//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, thirty seconds, one step either way.
//!
//! These are the parameters that every authenticator knows. The drift of one step is RFC 6238 section 5.2;
//! that a step counts once is the store's to keep.

use portcullis_core::Secret;
use totp_rs::{Builder, Totp};

use crate::{ProviderError, random};

/// A new secret: 160 bits, as RFC 4226 section 4 recommends.
pub(crate) fn new_secret() -> Result<Secret<Vec<u8>>, ProviderError> {
    random::bytes::<20>().map(|bytes| Secret::new(bytes.to_vec()))
}

/// The step that a code belongs to, if it is one of now.
pub(crate) fn step_of(secret: &Secret<Vec<u8>>, code: &str, now: i64) -> Result<Option<i64>, ProviderError> {
    let step = totp(secret, "", "")?.check(code, u64::try_from(now).unwrap_or_default());
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// What an authenticator scans or is typed into it.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) secret: Secret<String>,
    pub(crate) uri: Secret<String>,
}

/// Shows a secret to its owner.
pub(crate) fn show(secret: &Secret<Vec<u8>>, issuer: &str, account: &str) -> Result<Shown, ProviderError> {
    let totp = totp(secret, issuer, account)?;
    let uri = totp.to_url().map_err(|error| ProviderError::Factor(error.into()))?;
    Ok(Shown { secret: Secret::new(totp.secret().to_base32()), uri: Secret::new(uri) })
}

/// A colon would end the issuer in the label.
fn totp(secret: &Secret<Vec<u8>>, issuer: &str, account: &str) -> Result<Totp, ProviderError> {
    Builder::new()
        .with_secret(secret.expose().as_slice())
        .with_issuer(Some(issuer.replace(':', " ")))
        .with_account_name(account.replace(':', " "))
        .build()
        .map_err(|error| ProviderError::Factor(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, the last six digits of the SHA-1 rows.
    #[test]
    fn the_vectors_of_the_rfc_hold() {
        let secret = Secret::new(b"12345678901234567890".to_vec());
        for (now, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(step_of(&secret, code, now).unwrap(), Some(now / 30), "{now}");
            assert_eq!(step_of(&secret, code, now + 30).unwrap(), Some(now / 30), "a step late");
            assert_eq!(step_of(&secret, code, now + 60).unwrap(), None, "two steps late");
        }
        for bad in ["", "28708", "2870822", "abcdef", "２８７０８２"] {
            assert_eq!(step_of(&secret, bad, 59).unwrap(), None, "{bad}");
        }
    }

    #[test]
    fn an_authenticator_reads_issuer_and_account() {
        let secret = Secret::new(b"12345678901234567890".to_vec());
        let shown = show(&secret, "127.0.0.1:3000", "ann@acme.example").unwrap();
        assert_eq!(shown.secret.expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(shown.uri.expose().starts_with("otpauth://totp/127.0.0.1%203000:ann"), "{}", shown.uri.expose());
        assert!(shown.uri.expose().contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    }
}
