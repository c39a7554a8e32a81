//! A hash table that finds with one look into memory.

use std::mem;

/// How many values one group holds: with pointers, a line of the processor's cache.
const PLACES: usize = 7;

/// The table grows when so many of ten places are taken.
const FULL: usize = 7;

/// As far as it is counted how many passed a group. One with so many stays passed until the table grows.
const MANY: u8 = u8::MAX;

/// A one in each byte of a word, and the bits that the search in a word leaves: one a byte, but for the last.
const ONES: u64 = 0x0101_0101_0101_0101;
const FOUND: u64 = 0x0080_8080_8080_8080;

/// Values under hashes that the caller knows to make again, each the only one of its kind.
///
/// A value is in the group of its hash or, where that was full, in one behind it. In a table of pointers everything that
/// a search reads before the value itself lies in one line: a usual table reads two, the second where the first says.
pub(super) struct Table<T> {
    groups: Vec<Group<T>>,
    len: usize,
    /// Where the search for something to drop goes on.
    hand: usize,
}

#[repr(align(64))]
struct Group<T> {
    /// A byte of each hash, for a value under another is not looked at; in the last, how many found this group full.
    tags: [u8; 8],
    places: [Option<T>; PLACES],
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { groups: Vec::new(), len: 0, hand: 0 }
    }
}

impl<T> Table<T> {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn find(&self, hash: u64, is_it: impl Fn(&T) -> bool) -> Option<&T> {
        let (group, place) = self.locate(hash, is_it)?;
        self.groups.get(group)?.places.get(place)?.as_ref()
    }

    pub(super) fn find_mut(&mut self, hash: u64, is_it: impl Fn(&T) -> bool) -> Option<&mut T> {
        let (group, place) = self.locate(hash, is_it)?;
        self.groups.get_mut(group)?.places.get_mut(place)?.as_mut()
    }

    /// Puts a value in that is not there; `hash_of` makes the hash of those that have to move.
    pub(super) fn insert(&mut self, hash: u64, value: T, hash_of: impl Fn(&T) -> u64) {
        if (self.len + 1) * 10 > self.groups.len() * PLACES * FULL {
            let larger = std::iter::repeat_with(Group::default).take(self.groups.len() * 3 / 2 + 1).collect();
            let smaller = mem::replace(&mut self.groups, larger);
            self.len = 0;
            for value in smaller.into_iter().flat_map(|group| group.places).flatten() {
                self.put(hash_of(&value), value);
            }
        }
        self.put(hash, value);
    }

    pub(super) fn remove(&mut self, hash: u64, is_it: impl Fn(&T) -> bool) -> Option<T> {
        let (group, place) = self.locate(hash, is_it)?;
        self.take(hash, group, place)
    }

    /// Takes out one that `is_used` denies; it is asked for each in turn, going on where it was last (the "clock" of page
    /// replacement).
    pub(super) fn take_unused(&mut self, hash_of: impl Fn(&T) -> u64, is_used: impl Fn(&T) -> bool) -> Option<T> {
        let places = self.groups.len() * PLACES;
        // Whoever forgets a use when asked has an answer the second time round.
        for _ in 0..places * 2 {
            self.hand = (self.hand + 1).checked_rem(places)?;
            let (group, place) = (self.hand / PLACES, self.hand % PLACES);
            let value = self.groups.get(group)?.places.get(place)?.as_ref();
            if let Some(hash) = value.filter(|value| !is_used(value)).map(&hash_of) {
                return self.take(hash, group, place);
            }
        }
        None
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn locate(&self, hash: u64, is_it: impl Fn(&T) -> bool) -> Option<(usize, usize)> {
        for at in way(hash, self.groups.len()) {
            let group = self.groups.get(at)?;
            if let Some(place) = group.locate(tag(hash), &is_it) {
                return Some((at, place));
            }
            if group.passed() == 0 {
                return None;
            }
        }
        None
    }

    fn put(&mut self, hash: u64, value: T) {
        for at in way(hash, self.groups.len()) {
            let Some(group) = self.groups.get_mut(at) else { return };
            let free = group.tags.iter_mut().zip(&mut group.places).find(|(_, place)| place.is_none());
            if let Some((known, place)) = free {
                (*known, *place) = (tag(hash), Some(value));
                self.len += 1;
                return;
            }
            *group.passed_mut() = group.passed().saturating_add(1);
        }
    }

    fn take(&mut self, hash: u64, group: usize, place: usize) -> Option<T> {
        let value = self.groups.get_mut(group)?.places.get_mut(place)?.take()?;
        self.len -= 1;
        for at in way(hash, self.groups.len()).take_while(|at| *at != group) {
            let passed = self.groups.get_mut(at)?.passed_mut();
            *passed -= u8::from(*passed != MANY);
        }
        Some(value)
    }
}

impl<T> Default for Group<T> {
    fn default() -> Self {
        Self { tags: [0; 8], places: [const { None }; PLACES] }
    }
}

impl<T> Group<T> {
    /// All tags are compared at once, as bytes of a word: where one fits, the difference is zero, and taking one from it
    /// borrows. A byte behind such a one may seem to fit too; the value tells.
    fn locate(&self, tag: u8, is_it: impl Fn(&T) -> bool) -> Option<usize> {
        let difference = u64::from_le_bytes(self.tags) ^ (ONES * u64::from(tag));
        let mut found = difference.wrapping_sub(ONES) & !difference & FOUND;
        while found != 0 {
            let place = (found.trailing_zeros() / 8) as usize;
            if self.places.get(place)?.as_ref().is_some_and(&is_it) {
                return Some(place);
            }
            found &= found - 1;
        }
        None
    }

    const fn passed(&self) -> u8 {
        let [.., passed] = self.tags;
        passed
    }

    const fn passed_mut(&mut self) -> &mut u8 {
        let [.., passed] = &mut self.tags;
        passed
    }
}

/// The groups in which a value may be, in the order in which it looked for a place.
fn way(hash: u64, groups: usize) -> impl Iterator<Item = usize> {
    // The hash's lower half as a fraction of the table.
    let home = usize::try_from(((hash & 0xffff_ffff) * groups as u64) >> 32).unwrap_or(0);
    (home..groups).chain(0..home)
}

fn tag(hash: u64) -> u8 {
    hash.to_be_bytes()[0]
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Few hashes, so that groups overflow: some numbers share one, and most share a group.
    fn hash_of(number: &u16) -> u64 {
        u64::from(number % 50) * 0x0102_0304_0506_0708
    }

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(steps in proptest::collection::vec((0u8..4, 0u16..400), 0..1500)) {
            let (mut table, mut map) = (Table::default(), HashMap::new());
            for (step, number) in steps {
                let hash = hash_of(&number);
                let is_it = |known: &(u16, usize)| known.0 == number;
                match step {
                    0 | 1 => {
                        let count = map.len();
                        if let Some(known) = table.find_mut(hash, is_it) {
                            known.1 = count;
                        } else {
                            table.insert(hash, (number, count), |known| hash_of(&known.0));
                        }
                        map.insert(number, count);
                    }
                    2 => prop_assert_eq!(table.remove(hash, is_it).map(|known| known.1), map.remove(&number)),
                    _ => {
                        let taken = table.take_unused(|known| hash_of(&known.0), |known| known.0 % 3 == 0);
                        let unused = map.keys().any(|known| known % 3 != 0);
                        prop_assert_eq!(taken.is_some(), unused);
                        if let Some((taken, count)) = taken {
                            prop_assert!(taken % 3 != 0);
                            prop_assert_eq!(map.remove(&taken), Some(count));
                        }
                    }
                }
                prop_assert_eq!(table.len(), map.len());
                prop_assert_eq!(table.find(hash, is_it).map(|known| known.1), map.get(&number).copied());
            }
            for (number, count) in map {
                prop_assert_eq!(table.find(hash_of(&number), |known| known.0 == number), Some(&(number, count)));
            }
        }
    }

    #[test]
    fn a_group_of_pointers_is_a_line_of_the_cache() {
        assert_eq!(size_of::<Group<Box<u8>>>(), 64);
    }
}
