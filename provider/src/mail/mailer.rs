//! The port that carries mail, and what it carries.

use std::fmt;

use async_trait::async_trait;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A letter in plain text.
///
/// # Security
/// The text may hold a one-time link, so that `Debug` shows neither text nor address.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address it goes to.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// A mail could not be handed over.
#[derive(Debug, thiserror::Error)]
#[error("a mail cannot be sent")]
pub struct MailError(#[source] BoxError);

impl MailError {
    /// Keeps the cause, for the logs.
    pub fn new(source: impl Into<BoxError>) -> Self {
        Self(source.into())
    }
}

/// Carries mail: [`crate::SmtpMailer`], [`crate::MemoryMailbox`], or the application's own.
///
/// Nobody waits for it: mail is sent behind the answer to the browser, and a failure is logged.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Hands a mail over.
    ///
    /// # Errors
    /// When it cannot be handed over; it is not tried again, because the person can ask again.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}
