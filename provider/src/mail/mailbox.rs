//! A mailbox in memory: for demos and tests, where the application shows what was sent.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

use super::{Mail, MailError, Mailer};

/// Keeps the latest letters in memory, and sends nothing.
///
/// # Security
/// Whoever reads it can verify addresses and reset passwords: only where everybody may.
///
/// ```
/// use portcullis_provider::{Mail, Mailer, MemoryMailbox};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), portcullis_provider::MailError> {
/// let mailbox = MemoryMailbox::default();
/// mailbox.send(Mail { to: "ann@acme.example".into(), subject: "Hello".into(), text: "…".into() }).await?;
/// assert_eq!(mailbox.mails()[0].subject, "Hello");
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct MemoryMailbox {
    mails: Mutex<VecDeque<Mail>>,
    capacity: usize,
}

impl MemoryMailbox {
    /// A mailbox that keeps so many letters and forgets the oldest.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { mails: Mutex::new(VecDeque::new()), capacity }
    }

    /// The letters, the latest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Default for MemoryMailbox {
    fn default() -> Self {
        Self::with_capacity(100)
    }
}

#[async_trait]
impl Mailer for MemoryMailbox {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.push_front(mail);
        mails.truncate(self.capacity);
        Ok(())
    }
}
