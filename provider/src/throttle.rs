//! Slows guessing down: per account, per address, per client; in memory and bounded.
//!
//! Nothing is locked for good: after the free failures each further one doubles a pause, which ends
//! by itself; a success forgets an account's failures. Counting is per process.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use portcullis_core::UserId;
use quick_cache::sync::Cache;

use crate::port::Digest;

/// Who is counted: a digest, so that no address or name stays in memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Suspect {
    key: Digest,
    /// Failures without a pause.
    free: u32,
    /// Attempts under way at once.
    parallel: u32,
    forgiving: bool,
    /// The pause after the first failure that is not free, in seconds; each further one doubles it.
    first_pause: i64,
}

impl Suspect {
    /// An account, by the address that was typed: whether it exists does not matter.
    pub(crate) fn account(email: &str) -> Self {
        let key = Digest::of(&format!("account {}", email.to_lowercase()));
        Self { key, free: 5, parallel: 32, forgiving: true, first_pause: 1 }
    }

    /// A client address; IPv6 counts by /64, which one household holds. Signing in with an account of
    /// one's own does not buy further guesses at others.
    pub(crate) fn address(address: IpAddr) -> Self {
        let key = Digest::of(&format!("address {}", network(address)));
        Self { key, free: 100, parallel: 256, forgiving: false, first_pause: 1 }
    }

    /// A client address that asks for letters to be sent: each one counts.
    pub(crate) fn correspondent(address: IpAddr) -> Self {
        let key = Digest::of(&format!("correspondent {}", network(address)));
        Self { key, free: 30, parallel: 30, forgiving: false, first_pause: 10 }
    }

    /// A mailbox that a letter is asked for, whoever asks: each letter counts, so that nobody's is filled.
    pub(crate) fn mailbox(email: &str) -> Self {
        let key = Digest::of(&format!("mailbox {}", email.to_lowercase()));
        Self { key, free: 3, parallel: 3, forgiving: false, first_pause: 60 }
    }

    /// Somebody whose second factor is asked for: whoever gets here has the password.
    pub(crate) fn second_factor(user: UserId) -> Self {
        let key = Digest::of(&format!("second factor {user}"));
        Self { key, free: 5, parallel: 5, forgiving: true, first_pause: 2 }
    }

    /// Somebody whose passkey is presented by who has shown no password: it slows down nobody's second factor.
    pub(crate) fn passkey(user: UserId) -> Self {
        let key = Digest::of(&format!("passkey {user}"));
        Self { key, free: 5, parallel: 5, forgiving: true, first_pause: 2 }
    }

    /// Somebody who types codes of devices (RFC 8628 section 5.1), in whatever browser. A code of one's
    /// own does not buy further guesses at others.
    pub(crate) fn typist(user: UserId) -> Self {
        let key = Digest::of(&format!("typist {user}"));
        Self { key, free: 5, parallel: 5, forgiving: false, first_pause: 1 }
    }

    /// An address where codes of devices are typed.
    pub(crate) fn typist_address(address: IpAddr) -> Self {
        let key = Digest::of(&format!("typist address {}", network(address)));
        Self { key, free: 5, parallel: 32, forgiving: false, first_pause: 1 }
    }

    /// An OAuth client that presents a secret, from one address.
    pub(crate) fn client(client_id: &str, address: Option<IpAddr>) -> Self {
        let key = Digest::of(&format!("client {client_id} {address:?}"));
        Self { key, free: 20, parallel: 256, forgiving: true, first_pause: 1 }
    }
}

/// Come back after so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryAfter(pub(crate) i64);

/// The attempts of late, of a bounded number of suspects.
#[derive(Clone, Debug)]
pub(crate) struct Throttle(Arc<Records>);

#[derive(Debug)]
struct Records {
    by_suspect: Cache<Suspect, Record>,
    /// Reading and writing a record is one step.
    writing: Mutex<()>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Record {
    failures: u32,
    last: i64,
    under_way: u32,
}

/// An attempt under way: a failure, unless it is told to have succeeded.
#[derive(Debug)]
#[must_use = "an attempt that is dropped counts as a failure"]
pub(crate) struct Attempt {
    records: Arc<Records>,
    suspects: Vec<Suspect>,
    now: i64,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug)]
enum Outcome {
    Failed,
    Succeeded,
    Undecided,
}

impl Throttle {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Records { by_suspect: Cache::new(CAPACITY), writing: Mutex::new(()) }))
    }

    /// Begins an attempt; refused while one of the suspects has to pause or has too many under way.
    pub(crate) fn attempt(&self, suspects: Vec<Suspect>, now: i64) -> Result<Attempt, RetryAfter> {
        let _writing = self.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = suspects.iter().map(|suspect| self.0.recent(suspect, now).pause(suspect, now)).max().unwrap_or(0);
        if pause > 0 {
            return Err(RetryAfter(pause));
        }
        for suspect in &suspects {
            let record = self.0.recent(suspect, now);
            self.0
                .by_suspect
                .insert(suspect.clone(), Record { under_way: record.under_way.saturating_add(1), ..record });
        }
        Ok(Attempt { records: Arc::clone(&self.0), suspects, now, outcome: Outcome::Failed })
    }
}

impl Attempt {
    /// It was no guess.
    pub(crate) fn succeed(mut self) {
        self.outcome = Outcome::Succeeded;
    }

    /// Nobody knows whether it was one: a store could not answer.
    pub(crate) fn forget(mut self) {
        self.outcome = Outcome::Undecided;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let _writing = self.records.writing.lock().unwrap_or_else(PoisonError::into_inner);
        for suspect in &self.suspects {
            let mut record = self.records.recent(suspect, self.now);
            record.under_way = record.under_way.saturating_sub(1);
            match self.outcome {
                Outcome::Failed => {
                    record.failures = record.failures.saturating_add(1);
                    record.last = self.now;
                }
                Outcome::Succeeded if suspect.forgiving => record.failures = 0,
                Outcome::Succeeded | Outcome::Undecided => {}
            }
            self.records.by_suspect.insert(suspect.clone(), record);
        }
    }
}

impl Records {
    /// What is known of a suspect; old failures no longer count.
    fn recent(&self, suspect: &Suspect, now: i64) -> Record {
        let record = self.by_suspect.get(suspect).unwrap_or_default();
        let old = now - record.last >= FORGET_AFTER;
        if old { Record { failures: 0, ..record } } else { record }
    }
}

impl Record {
    fn pause(&self, suspect: &Suspect, now: i64) -> i64 {
        let Some(beyond) = self.failures.checked_sub(suspect.free) else {
            return i64::from(self.under_way >= suspect.parallel);
        };
        let pause = suspect.first_pause.saturating_mul(1 << beyond.min(30)).min(LONGEST_PAUSE);
        let rest = (self.last + pause - now).max(0);
        // After a pause there is one guess, not a volley.
        rest.max(i64::from(self.under_way > 0))
    }
}

/// What one household holds: an IPv4 address, or an IPv6 /64.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x}", address.to_bits() >> 64),
    }
}

/// How many suspects are remembered; the least used are forgotten first.
const CAPACITY: usize = 50_000;
/// No pause is longer, in seconds.
const LONGEST_PAUSE: i64 = 5 * 60;
/// Failures older than this, in seconds, no longer count.
const FORGET_AFTER: i64 = 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(throttle: &Throttle, email: &str, now: i64) -> Result<(), RetryAfter> {
        throttle.attempt(vec![Suspect::account(email)], now).map(drop)
    }

    #[test]
    fn the_pause_doubles_and_ends() {
        let throttle = Throttle::new();
        for _ in 0..5 {
            assert_eq!(guess(&throttle, "Ann@acme.example", 100), Ok(()));
        }
        assert_eq!(guess(&throttle, "ann@ACME.example", 100), Err(RetryAfter(1)));
        assert_eq!(guess(&throttle, "bob@acme.example", 100), Ok(()));
        assert_eq!(guess(&throttle, "ann@acme.example", 101), Ok(()));
        assert_eq!(guess(&throttle, "ann@acme.example", 101), Err(RetryAfter(2)));
        let mut now = 103;
        for _ in 0..40 {
            assert_eq!(guess(&throttle, "ann@acme.example", now), Ok(()));
            now += LONGEST_PAUSE;
        }
        throttle.attempt(vec![Suspect::account("ann@acme.example")], now).unwrap().succeed();
        assert_eq!(guess(&throttle, "ann@acme.example", now), Ok(()));
        assert_eq!(guess(&throttle, "ann@acme.example", now), Ok(()));
    }

    #[test]
    fn a_volley_of_guesses_is_bounded() {
        let throttle = Throttle::new();
        let under_way: Vec<_> = (0..100).map(|_| throttle.attempt(vec![Suspect::account("a@b")], 100)).collect();
        assert_eq!(under_way.iter().filter(|attempt| attempt.is_ok()).count(), 32);
        drop(under_way);
        assert_eq!(guess(&throttle, "a@b", 100), Err(RetryAfter(LONGEST_PAUSE)));
        let one = throttle.attempt(vec![Suspect::account("a@b")], 100 + LONGEST_PAUSE).unwrap();
        assert_eq!(guess(&throttle, "a@b", 100 + LONGEST_PAUSE), Err(RetryAfter(1)));
        one.succeed();
    }
}
