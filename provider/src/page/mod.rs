//! Pages: what they show ([`LoginView`] and others), how they look ([`Pages`]), how they are sent.

mod device;
mod plain;
mod plain_device;
mod send;
mod view;

pub use device::{DeviceCodeError, DeviceCodeView, DeviceConsentView, DeviceDoneView};
pub use plain::PlainPages;
pub(crate) use send::{html, problem, unavailable};
pub use view::{ConsentView, ErrorView, LoginError, LoginView, Pages, SignOutQuestion, SignedOutView};
