//! What each page has to show; how it looks is the application's.

use std::fmt;

use super::{
    DeviceCodeView, DeviceConsentView, DeviceDoneView, ForgotView, NewPasswordView, NoticeView, PasskeyView,
    SecondFactorView, SignUpView, UpstreamView, account_plain, plain_device,
};
use crate::ScopeText;

/// Renders the pages of the authorization server as complete HTML documents.
///
/// # Security
/// Every text of a view comes from outside: escape it. Pages are sent with a policy that forbids
/// scripts and frames and allows styles, fonts and images of the same origin; the script of [`PasskeyView`] is the one
/// that runs, on the sign-in page and the second step.
pub trait Pages: Send + Sync {
    /// The sign-in form: `POST action` with `interaction`, `csrf`, `email` and `password`; beside it the other
    /// identity providers ([`UpstreamView`]) and the form of [`PasskeyView`].
    fn login(&self, view: &LoginView) -> String;

    /// The question what a client may do: `POST action` with `interaction`, `csrf` and `decision`,
    /// which is `allow` or `deny`.
    fn consent(&self, view: &ConsentView) -> String;

    /// A request that cannot be answered and must not be redirected.
    fn error(&self, view: &ErrorView) -> String;

    /// Signed out, or the question whether to.
    fn signed_out(&self, view: &SignedOutView) -> String;

    /// The sign-up form: `POST action` with `interaction`, `csrf`, `email`, `name` and `password`.
    fn sign_up(&self, view: &SignUpView) -> String {
        account_plain::sign_up(view)
    }

    /// The form that asks for a new password: `POST action` with `interaction`, `csrf` and `email`.
    fn forgot(&self, view: &ForgotView) -> String {
        account_plain::forgot(view)
    }

    /// The form that sets a password: `POST action` with `token` and `password`.
    fn new_password(&self, view: &NewPasswordView) -> String {
        account_plain::new_password(view)
    }

    /// The second step of a sign-in: `POST action` with `interaction`, `csrf` and `code`; beside it the form of
    /// [`PasskeyView`], for who has a passkey.
    fn second_factor(&self, view: &SecondFactorView) -> String {
        account_plain::second_factor(view)
    }

    /// What was done, and how it goes on.
    fn notice(&self, view: &NoticeView) -> String {
        account_plain::notice(view)
    }

    /// The form for a device's code: `POST action` with `csrf` and `user_code`; plain otherwise.
    fn device_code(&self, view: &DeviceCodeView) -> String {
        plain_device::code(view)
    }

    /// The question whether a device may: `POST action` with `csrf`, `user_code` and `decision`, which
    /// is `allow` or `deny`; plain otherwise.
    fn device_consent(&self, view: &DeviceConsentView) -> String {
        plain_device::consent(view)
    }

    /// The device was told what the person decided; plain otherwise.
    fn device_done(&self, view: &DeviceDoneView) -> String {
        plain_device::done(view)
    }
}

/// The sign-in form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginView {
    /// The path that the form is posted to.
    pub action: String,
    /// The hidden field `interaction`.
    pub interaction: String,
    /// The hidden field `csrf`.
    pub csrf: String,
    /// The address to fill in; may be empty.
    pub email: String,
    /// Why the form is shown again.
    pub error: Option<LoginError>,
    /// The client that the person signs in to.
    pub client_name: String,
    /// Where somebody makes an account; `None` where nobody may.
    pub sign_up: Option<String>,
    /// Where somebody who forgot their password gets a new one; `None` where no mail is sent.
    pub forgot: Option<String>,
    /// Other identity providers; `None` where none is offered.
    pub upstream: Option<UpstreamView>,
    /// What a passkey is asked for with; `None` where there are none.
    pub passkey: Option<PasskeyView>,
}

/// Why nobody was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginError {
    /// The person did not agree at the upstream provider.
    Cancelled,
    /// Address or password is wrong; which one is not told.
    Mismatch,
    /// The address leads to no organization that signs its people in.
    NoOrganization,
    /// The passkey was not accepted; whether it is known is not told.
    Passkey,
    /// The person has to sign in by their organization's own provider.
    SingleSignOn,
    /// Too many attempts.
    Throttled {
        /// The seconds to wait.
        retry_after: i64,
    },
    /// The upstream provider did not sign the person in, or its answer is not to be believed.
    Upstream,
    /// The upstream provider cannot be reached.
    UpstreamUnavailable,
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("You did not agree there, so nobody was signed in."),
            Self::Mismatch => f.write_str("The e-mail address or the password is not right."),
            Self::NoOrganization => f.write_str("No organization signs people of this address in."),
            Self::SingleSignOn => f.write_str("People of this address sign in by their organization's own provider."),
            Self::Passkey => f.write_str("The passkey was not accepted. Try again, or use your password."),
            Self::Throttled { retry_after: 1 } => f.write_str("Too many attempts. Try again in a second."),
            Self::Throttled { retry_after } => write!(f, "Too many attempts. Try again in {retry_after} seconds."),
            Self::Upstream => f.write_str("Signing in there did not work. Try again, or another way."),
            Self::UpstreamUnavailable => {
                f.write_str("The provider cannot be reached. Try again in a moment, or another way.")
            }
        }
    }
}

/// The question what a third-party client may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentView {
    /// The path that the form is posted to.
    pub action: String,
    /// The hidden field `interaction`.
    pub interaction: String,
    /// The hidden field `csrf`.
    pub csrf: String,
    /// The client that asks.
    pub client_name: String,
    /// The address of the person who is signed on.
    pub email: String,
    /// The scopes asked for.
    pub scopes: Vec<String>,
    /// The same in words, without the one that names the organization.
    pub wishes: Vec<ScopeText>,
    /// The resources asked for, by their identifiers; none = the default one.
    pub resources: Vec<String>,
    /// The organization that the client may act in with the person's rights, by slug or id.
    pub organization: Option<String>,
}

/// A request that cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorView {
    /// The HTTP status.
    pub status: u16,
    /// A headline.
    pub title: String,
    /// What to do, or what is wrong.
    pub message: String,
}

/// Signed out, or the question whether to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedOutView {
    /// To be asked first.
    pub question: Option<SignOutQuestion>,
}

/// Whether somebody really wants to sign out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOutQuestion {
    /// The path that the form is posted to.
    pub action: String,
    /// The address of the person who is signed on; may be empty.
    pub email: String,
    /// The hidden fields, by name.
    pub fields: Vec<(String, String)>,
}
