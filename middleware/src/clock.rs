//! Time as a parameter.

use std::{fmt, sync::Arc};

/// Tells the time. Tests bring one that stands still.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

/// Milliseconds of a second.
const SECOND: i64 = 1000;

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(millis))
    }

    /// A clock of one's own, in seconds since 1970.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || now().saturating_mul(SECOND)))
    }

    /// Seconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.millis().div_euclid(SECOND)
    }

    /// Milliseconds since 1970, some of them late.
    #[must_use]
    pub fn millis(&self) -> i64 {
        (self.0)()
    }
}

/// The coarse clock is a few milliseconds behind and an order of magnitude cheaper to ask, which every
/// request does.
#[cfg(target_os = "linux")]
fn millis() -> i64 {
    let time = nix::time::clock_gettime(nix::time::ClockId::CLOCK_REALTIME_COARSE);
    time.map_or(i64::MAX, |time| time.tv_sec() * SECOND + time.tv_nsec() / 1_000_000)
}

#[cfg(not(target_os = "linux"))]
fn millis() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
