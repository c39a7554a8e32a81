//! Mail by SMTP (RFC 5321), over TLS unless the URL says otherwise.

use std::time::Duration;

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use portcullis_core::Secret;

use super::{Mail, MailError, Mailer};

/// Sends mail through a relay, over connections that are kept.
#[derive(Clone, Debug)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// A mailer for a relay; `from` is an address or `Name <address>`.
    ///
    /// `smtps://user:password@host` is TLS from the start (port 465), `smtp://…?tls=required` upgrades
    /// (port 587), and `smtp://host:25` sends everything in the clear: for a relay on this machine alone.
    ///
    /// # Errors
    /// When the URL or the address cannot be read.
    pub fn of_url(url: &Secret<String>, from: &str) -> Result<Self, MailError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose()).map_err(MailError::new)?;
        let from = from.parse().map_err(|error: lettre::address::AddressError| MailError::new(error))?;
        Ok(Self { transport: transport.timeout(Some(TIMEOUT)).build(), from })
    }

    fn message(&self, mail: Mail) -> Result<Message, MailError> {
        let to =
            Mailbox::new(None, mail.to.parse().map_err(|error: lettre::address::AddressError| MailError::new(error))?);
        let message = Message::builder().from(self.from.clone()).to(to).subject(mail.subject);
        let mut message = message.header(ContentType::TEXT_PLAIN).body(mail.text).map_err(MailError::new)?;
        // RFC 3834 section 5: nobody's holiday answers a letter of a machine.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".to_owned()));
        Ok(message)
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        self.transport.send(message).await.map(drop).map_err(MailError::new)
    }
}

/// How long one step of the conversation may take.
const TIMEOUT: Duration = Duration::from_secs(20);
