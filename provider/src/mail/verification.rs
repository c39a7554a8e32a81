//! The letter that asks whether an address is the person's.

use super::Mail;

/// To an address that somebody signed up with. What they typed is not in it: it may be a stranger's text.
pub(crate) fn verification(to: &str, site: &str, link: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Confirm your e-mail address".to_owned(),
        text: format!(
            "Somebody, probably you, signed up at {site} with this address.\n\n\
             To confirm it and to go on, open this link within an hour:\n\n{link}\n\n\
             If it was not you, do nothing: without this link there is no account.\n"
        ),
    }
}
