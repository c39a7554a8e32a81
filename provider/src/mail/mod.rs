//! Mail: what is sent ([`Mail`]), who carries it ([`Mailer`]), and our letters, one a file.

mod already_registered;
mod mailbox;
mod mailer;
mod outbox;
mod passkey_added;
mod password_changed;
mod password_reset;
mod smtp;
mod verification;

pub(crate) use already_registered::already_registered;
pub use mailbox::MemoryMailbox;
pub use mailer::{Mail, MailError, Mailer};
pub(crate) use outbox::Outbox;
pub(crate) use passkey_added::passkey_added;
pub(crate) use password_changed::password_changed;
pub(crate) use password_reset::password_reset;
pub use smtp::SmtpMailer;
pub(crate) use verification::verification;
