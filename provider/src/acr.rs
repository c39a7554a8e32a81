//! How surely somebody was authenticated: classes (`acr`) of the methods that were used (`amr`, RFC 8176).

/// One factor: a password.
pub const ACR_ONE_FACTOR: &str = "urn:portcullis:acr:1";
/// Two factors: a password, and a code of an authenticator, a recovery code or a passkey; or a passkey alone, whose
/// authenticator is one factor and verified its owner by another.
pub const ACR_TWO_FACTORS: &str = "urn:portcullis:acr:2";

/// The classes that there are, as the metadata names them.
pub(crate) const ACR_VALUES: &[&str] = &[ACR_ONE_FACTOR, ACR_TWO_FACTORS];

/// The class of a sign-on by these methods.
pub(crate) fn of(amr: &[String]) -> &'static str {
    if amr.iter().any(|method| method == MFA) { ACR_TWO_FACTORS } else { ACR_ONE_FACTOR }
}

/// Whether a request with these `acr_values` is content with this class: a better one always is as good.
pub(crate) fn suffices(acr_values: &[String], acr: &str) -> bool {
    acr_values.is_empty()
        || acr_values.iter().any(|wanted| wanted == acr || (wanted == ACR_ONE_FACTOR && acr == ACR_TWO_FACTORS))
}

/// Whether there is a class at all that such a request is content with.
pub(crate) fn can_be_met(acr_values: &[String]) -> bool {
    suffices(acr_values, ACR_TWO_FACTORS)
}

/// A password.
pub(crate) const PWD: &str = "pwd";
/// A key that its authenticator keeps to itself. It says so, and nobody vouches for it.
pub(crate) const HWK: &str = "hwk";
/// A key that its owner's devices may share.
pub(crate) const SWK: &str = "swk";
/// Somebody was there.
pub(crate) const USER: &str = "user";
/// A one-time code.
pub(crate) const OTP: &str = "otp";
/// More than one factor.
pub(crate) const MFA: &str = "mfa";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_better_class_is_as_good_and_an_unknown_one_is_none() {
        let list = |text: &str| text.split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        for (wanted, one, two) in [
            ("", true, true),
            (ACR_ONE_FACTOR, true, true),
            (ACR_TWO_FACTORS, false, true),
            ("x urn:portcullis:acr:2 urn:portcullis:acr:1", true, true),
            ("urn:mace:incommon:iap:silver", false, false),
        ] {
            let wanted = list(wanted);
            assert_eq!(
                (suffices(&wanted, ACR_ONE_FACTOR), suffices(&wanted, ACR_TWO_FACTORS)),
                (one, two),
                "{wanted:?}"
            );
            assert_eq!(can_be_met(&wanted), two);
        }
        assert_eq!(
            (of(&list("pwd")), of(&list("pwd otp mfa")), of(&[])),
            (ACR_ONE_FACTOR, ACR_TWO_FACTORS, ACR_ONE_FACTOR)
        );
    }
}
