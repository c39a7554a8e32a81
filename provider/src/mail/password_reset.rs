//! The letter that lets somebody set a new password.

use super::Mail;

/// To the address of an account whose password was forgotten.
pub(crate) fn password_reset(to: &str, site: &str, link: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Set a new password".to_owned(),
        text: format!(
            "Somebody, probably you, asked for a new password at {site}.\n\n\
             To set it, open this link within half an hour:\n\n{link}\n\n\
             If it was not you, do nothing: your password stays as it is.\n"
        ),
    }
}
