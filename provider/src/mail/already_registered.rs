//! The letter to somebody who signs up a second time.

use super::Mail;

/// To an address that has an account: the page in the browser did not say so.
pub(crate) fn already_registered(to: &str, site: &str, forgot: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "You already have an account".to_owned(),
        text: format!(
            "Somebody, probably you, signed up at {site} with this address. There is an account with it already.\n\n\
             Go back to where you were and sign in. If you do not know your password any more, set a new one:\n\n\
             {forgot}\n\n\
             If it was not you, do nothing: nothing has changed.\n"
        ),
    }
}
