//! Chance and the calendar for seeded rows: the same seed gives the same year.

use portcullis_core::OrgId;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use time::{Date, Duration};
use uuid::{Builder, Uuid};

use super::super::statement::Value;

/// What every seeded row is drawn from.
#[derive(Debug)]
pub(super) struct Sower {
    /// The organization, as it is stored.
    pub(super) org: String,
    pub(super) today: Date,
    chance: StdRng,
    ids: StdRng,
}

impl Sower {
    /// `seed` decides what is drawn; ids also depend on the organization, so that two never share one.
    pub(super) fn new(seed: u64, org: OrgId, today: Date) -> Self {
        let (high, low) = org.as_uuid().as_u64_pair();
        Self {
            org: org.to_string(),
            today,
            chance: StdRng::seed_from_u64(seed),
            ids: StdRng::seed_from_u64(seed ^ high.rotate_left(17) ^ low),
        }
    }

    pub(super) fn org(&self) -> Value {
        self.org.as_str().into()
    }

    pub(super) fn id(&mut self) -> Uuid {
        Builder::from_random_bytes(self.ids.random()).into_uuid()
    }

    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        self.chance.random_range(least..=most)
    }

    pub(super) fn percent(&mut self, of_hundred: u32) -> bool {
        self.chance.random_ratio(of_hundred.min(100), 100)
    }

    pub(super) fn pick<T>(&mut self, from: &'static [T]) -> Option<&'static T> {
        from.choose(&mut self.chance)
    }

    pub(super) fn days_ago(&self, days: i64) -> Date {
        self.today.saturating_sub(Duration::days(days))
    }

    /// `count` days of the last `reach`, oldest first.
    pub(super) fn days(&mut self, count: usize, reach: i64) -> Vec<Date> {
        let mut ago: Vec<_> = (0..count).map(|_| self.between(0, reach)).collect();
        ago.sort_unstable_by(|a, b| b.cmp(a));
        ago.into_iter().map(|days| self.days_ago(days)).collect()
    }
}

/// A date as it is stored.
pub(super) fn stored(date: Date) -> Value {
    date.to_string().into()
}
