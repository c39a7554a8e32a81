//! The letter that tells of a changed password.

use super::Mail;

/// To the address of an account whose password was just changed, whoever did it.
pub(crate) fn password_changed(to: &str, site: &str, forgot: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Your password was changed".to_owned(),
        text: format!(
            "Your password at {site} was changed, and you were signed out everywhere else.\n\n\
             If it was not you, set a new one at once:\n\n{forgot}\n"
        ),
    }
}
