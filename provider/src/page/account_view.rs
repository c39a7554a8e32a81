//! What the pages of sign-up and password reset show.

use std::fmt;

use crate::PasswordError;

/// The sign-up form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUpView {
    /// The path that the form is posted to.
    pub action: String,
    /// The hidden field `interaction`.
    pub interaction: String,
    /// The hidden field `csrf`.
    pub csrf: String,
    /// The address to fill in; may be empty.
    pub email: String,
    /// The name to fill in; may be empty.
    pub name: String,
    /// Why the form is shown again.
    pub error: Option<SignUpError>,
    /// The client that the person signs up for.
    pub client_name: String,
    /// Where somebody who has an account signs in.
    pub sign_in: String,
}

/// Why a sign-up or a wish for a new password was not taken; none tells whether there is an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignUpError {
    /// What was typed is no address.
    Email,
    /// The name is missing or too long.
    Name,
    /// The password cannot be chosen.
    Password(PasswordError),
    /// Too many attempts.
    Throttled {
        /// The seconds to wait.
        retry_after: i64,
    },
}

impl fmt::Display for SignUpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email => f.write_str("This is not an e-mail address."),
            Self::Name => f.write_str("Tell your name, in no more than 200 characters."),
            Self::Password(error) => error.fmt(f),
            Self::Throttled { retry_after: 1 } => f.write_str("Too many attempts. Try again in a second."),
            Self::Throttled { retry_after } => write!(f, "Too many attempts. Try again in {retry_after} seconds."),
        }
    }
}

/// The form that asks for a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForgotView {
    /// The path that the form is posted to.
    pub action: String,
    /// The hidden field `interaction`; empty outside of an authorization request.
    pub interaction: String,
    /// The hidden field `csrf`.
    pub csrf: String,
    /// The address to fill in; may be empty.
    pub email: String,
    /// Why the form is shown again.
    pub error: Option<SignUpError>,
    /// Where the person signs in; `None` outside of an authorization request.
    pub sign_in: Option<String>,
}

/// The form that sets a password: after a reset, or at a verification in another browser than the sign-up's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasswordView {
    /// The path that the form is posted to.
    pub action: String,
    /// The hidden field `token`.
    pub token: String,
    /// The address of the account, for password managers; empty where the link alone is known.
    pub email: String,
    /// Why the form is shown again.
    pub error: Option<PasswordError>,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The address is verified and the account is there, but another browser waits for it.
    AddressVerified,
    /// The address has an account already.
    AlreadyRegistered,
    /// A letter may have been sent; the same words whether there is an account or not.
    MailSent,
    /// The password was changed.
    PasswordChanged,
}

impl Notice {
    /// A headline.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::AddressVerified => "Address confirmed",
            Self::AlreadyRegistered => "You have an account",
            Self::MailSent => "Look into your mail",
            Self::PasswordChanged => "Password changed",
        }
    }

    /// What to do now.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::AddressVerified => {
                "Your account is ready. Go back to the browser in which you began, and sign in there."
            }
            Self::AlreadyRegistered => "There is an account with this address. Sign in with its password.",
            Self::MailSent => {
                "We have sent a letter to this address. Open the link in it, in this browser, to go on. \
                 If nothing comes, look among the unwanted mail or check the address."
            }
            Self::PasswordChanged => "You were signed out everywhere. Sign in with the new password.",
        }
    }
}

/// What was done, and how it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeView {
    /// What was done.
    pub notice: Notice,
    /// The address that it is about; may be empty.
    pub email: String,
    /// Where the waiting authorization request goes on, if it is in this browser.
    pub sign_in: Option<String>,
}
