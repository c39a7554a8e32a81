//! Sends letters behind the answer, so that its time tells nothing about an address.

use std::{fmt, sync::Arc};

use tokio::sync::Semaphore;

use super::{Mail, Mailer};

/// The letters on their way, of a bounded number.
#[derive(Clone)]
pub(crate) struct Outbox {
    mailer: Arc<dyn Mailer>,
    places: Arc<Semaphore>,
}

impl Outbox {
    pub(crate) fn new(mailer: Arc<dyn Mailer>) -> Self {
        Self { mailer, places: Arc::new(Semaphore::new(PLACES)) }
    }

    /// Sends a letter in a task of its own; what goes wrong is logged, because nobody may be told.
    pub(crate) fn post(&self, mail: Mail) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return tracing::error!(subject = %mail.subject, "too many letters are on their way: one is dropped");
        };
        let mailer = Arc::clone(&self.mailer);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = mailer.send(mail).await {
                tracing::error!(error = &error as &dyn std::error::Error, "a letter is not sent");
            }
        });
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").finish_non_exhaustive()
    }
}

/// A mail server that hangs holds up no more than these.
const PLACES: usize = 256;
