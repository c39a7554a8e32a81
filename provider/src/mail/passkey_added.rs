//! The letter that tells of a new passkey.

use super::Mail;

/// To the address of an account that has a new passkey, whoever made it.
pub(crate) fn passkey_added(to: &str, site: &str, forgot: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "A passkey was added".to_owned(),
        text: format!(
            "A passkey was added to your account at {site}. It opens the account without the password.\n\n\
             If it was not you, set a new password at once, and then remove the passkey in your account: a new \
             password does not take it away.\n\n{forgot}\n"
        ),
    }
}
