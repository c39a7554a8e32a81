//! One browser: a secret in a cookie that waiting requests and form tokens are bound to.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue};

use crate::{ProviderError, cookie::Cookie, issuer::Issuer, lifetime, port::Digest, random};

/// The browser of a request.
///
/// # Security
/// A waiting request is stored under the digest of its id *and* this secret, so a link to somebody
/// else's waiting request opens nothing; a form token is an HMAC under this secret, so a form made
/// elsewhere is refused (login CSRF).
#[derive(Debug)]
pub(crate) struct Browser(String);

/// What a form token is good for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FormPurpose<'a> {
    /// Allowing a client something, as this sign-on.
    Consent { interaction: &'a str, sid: &'a str },
    /// Telling which device, as this sign-on.
    DeviceCode { sid: &'a str },
    /// Allowing a device something, as this sign-on.
    DeviceDecision { user_code: &'a str, sid: &'a str },
    /// Ending this sign-on.
    EndSession { sid: &'a str },
    /// Asking for a new password, perhaps outside of any request.
    Forgot { interaction: &'a str },
    /// Asking for a passkey, and answering with it.
    Passkey { interaction: &'a str },
    /// Signing in.
    Login { interaction: &'a str },
    /// The second step of signing in.
    SecondFactor { interaction: &'a str },
    /// Signing up.
    SignUp { interaction: &'a str },
}

impl Browser {
    /// The browser that sent the request, if it has been here.
    pub(crate) fn of_request(headers: &HeaderMap, issuer: &Issuer) -> Option<Self> {
        Cookie::Browser.read(headers, issuer).map(Self)
    }

    /// The browser that sent the request, known from now on.
    pub(crate) fn known_or_new(headers: &HeaderMap, issuer: &Issuer) -> Result<Self, ProviderError> {
        match Self::of_request(headers, issuer) {
            Some(browser) => Ok(browser),
            None => random::opaque().map(Self),
        }
    }

    /// The header that lets it be recognised for as long as a request may wait.
    pub(crate) fn cookie(&self, issuer: &Issuer) -> Option<HeaderValue> {
        Cookie::Browser.set(&self.0, lifetime::BROWSER, issuer)
    }

    /// Where a waiting request of this browser is stored.
    pub(crate) fn place_of(&self, interaction: &str) -> Digest {
        Digest::of(&format!("{interaction}.{}", self.0))
    }

    /// The token that a form of this browser carries.
    pub(crate) fn form_token(&self, purpose: FormPurpose<'_>) -> String {
        let text = match purpose {
            FormPurpose::Consent { interaction, sid } => format!("consent\n{interaction}\n{sid}"),
            FormPurpose::DeviceCode { sid } => format!("device-code\n{sid}"),
            FormPurpose::DeviceDecision { user_code, sid } => format!("device-decision\n{user_code}\n{sid}"),
            FormPurpose::EndSession { sid } => format!("end-session\n{sid}"),
            FormPurpose::Forgot { interaction } => format!("forgot\n{interaction}"),
            FormPurpose::Login { interaction } => format!("login\n{interaction}"),
            FormPurpose::Passkey { interaction } => format!("passkey\n{interaction}"),
            FormPurpose::SecondFactor { interaction } => format!("second-factor\n{interaction}"),
            FormPurpose::SignUp { interaction } => format!("sign-up\n{interaction}"),
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()))
    }

    /// Whether a form of this browser came back.
    pub(crate) fn accepts(&self, purpose: FormPurpose<'_>, token: Option<&str>) -> bool {
        token.is_some_and(|token| random::same(&self.form_token(purpose), token))
    }
}
