//! Pages: what they show ([`LoginView`] and others), how they look ([`Pages`]), how they are sent.

mod account_plain;
mod account_view;
mod device;
mod passkey_view;
mod plain;
mod plain_device;
mod second_factor_view;
mod send;
mod upstream_view;
mod view;

pub use account_view::{ForgotView, NewPasswordView, Notice, NoticeView, SignUpError, SignUpView};
pub use device::{DeviceCodeError, DeviceCodeView, DeviceConsentView, DeviceDoneView};
pub use passkey_view::PasskeyView;
pub use plain::PlainPages;
pub use second_factor_view::{SecondFactorError, SecondFactorView};
pub(crate) use send::{html, html_asking_for_passkeys, problem, unavailable};
pub use upstream_view::UpstreamView;
pub use view::{ConsentView, ErrorView, LoginError, LoginView, Pages, SignOutQuestion, SignedOutView};
