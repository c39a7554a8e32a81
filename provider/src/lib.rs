//! The embedded authorization server (OAuth 2.1, OpenID Connect); knows neither SQL nor frontends.
//!
//! A browser walks through it in this order: [`Provider::router`] → authorize → sign-in form →
//! consent, for third parties → a code at the client → token → userinfo, refresh, revoke → sign-out.
//! What it keeps lies behind the traits of [`port`]; how its pages look is behind [`Pages`].
//!
//! # What there is
//! Authorization code with PKCE (`S256` alone, for every client), refresh tokens with rotation and reuse
//! detection, client credentials; ID tokens; access tokens as RFC 9068 JWTs, signed with ES256 keys that
//! rotate; tokens bound to a key (DPoP); discovery, userinfo, revocation, RP-initiated sign-out.
//! Sign-up within the request, confirmed by mail, and password reset; passkeys alone or as a second factor,
//! authenticators, recovery codes, and step-up by `acr_values`; sign-in at other identity providers within the
//! request; consent that is remembered, listed and taken back.
//! Resource indicators and introspection for resource servers, device codes with the page where a person
//! types them, token exchange with its chain of actors.
//! Clients authenticate by secret or by assertion (`private_key_jwt`); they may push their requests (RFC 9126),
//! register themselves behind an initial access token (RFC 7591, RFC 7592), and be told pairwise subjects.
//!
//! # Deployment
//! - The issuer is configured and no header changes it.
//! - Sign-in is throttled by client address: serve with axum's connect info, or tell the builder where a
//!   trusted proxy writes the address. Counting is per process.
//! - Without [`ProviderBuilder::with_mailer`] there is no sign-up and no password reset. Letters are sent
//!   behind the answers; the mail server's failures are logged.
//! - Passkeys are offered where the issuer's host is a name; they are bound to it, so that another host needs new ones.
//! - Call [`Provider::start`] once and [`Provider::rotate_keys`] every hour or so.

mod account;
mod acr;
mod authorization;
mod browser;
mod builder;
mod client;
mod consents;
mod cookie;
mod dpop;
mod email;
mod endpoint;
mod error;
mod factor;
mod grant;
mod issuer;
mod key;
mod lifetime;
mod logout;
mod mail;
mod new_password;
mod page;
mod params;
mod passkey;
mod password;
mod pkce;
pub mod port;
mod provider;
mod random;
mod redirect_uri;
mod resource;
mod scope;
mod scope_text;
mod server;
mod sign_on;
mod stores;
mod strategy;
mod subject;
mod throttle;
mod token;
mod upstream;
mod user_code;

pub use account::{ChangePasswordError, Kept};
pub use acr::{ACR_ONE_FACTOR, ACR_TWO_FACTORS};
pub use builder::ProviderBuilder;
pub use consents::ConsentSummary;
pub use error::{ConfigError, ProviderError};
pub use factor::{FactorError, FactorSummary, TotpEnrolment};
pub use logout::HttpLogoutDelivery;
pub use mail::{Mail, MailError, Mailer, MemoryMailbox, SmtpMailer};
pub use new_password::PasswordError;
pub use page::{
    ConsentView, DeviceCodeError, DeviceCodeView, DeviceConsentView, DeviceDoneView, ErrorView, ForgotView, LoginError,
    LoginView, NewPasswordView, Notice, NoticeView, Pages, PasskeyView, PlainPages, SecondFactorError,
    SecondFactorView, SignOutQuestion, SignUpError, SignUpView, SignedOutView, UpstreamView,
};
pub use passkey::{PasskeyEnrolment, PasskeySummary};
pub use password::PasswordHasher;
pub use provider::Provider;
pub use scope_text::ScopeText;
pub use stores::Stores;
pub use strategy::PasswordStrategy;
