//! A token's text as the key of a cache: compared in full, hashed by its end.

use std::hash::{Hash, Hasher};

use quick_cache::Equivalent;

/// How much of the end is hashed, in bytes: of a signed token it is signature, as good as random.
const HASHED: usize = 32;

/// The text of a token found good.
///
/// # Security
/// Two tokens are the same only if all their bytes are: the hash decides where to look and nothing else. Only tokens
/// whose signature was verified are kept, so that nobody chooses what falls together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownText(Box<[u8]>);

/// The text of a token that is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sought<'t>(pub(super) &'t [u8]);

impl From<&[u8]> for KnownText {
    fn from(text: &[u8]) -> Self {
        Self(text.into())
    }
}

impl Hash for KnownText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Sought(&self.0).hash(state);
    }
}

impl Hash for Sought<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self(text) = self;
        state.write(text.last_chunk::<HASHED>().map_or(*text, |end| end));
    }
}

impl Equivalent<KnownText> for Sought<'_> {
    fn equivalent(&self, known: &KnownText) -> bool {
        *self.0 == *known.0
    }
}

#[cfg(test)]
mod tests {
    use quick_cache::sync::Cache;

    use super::*;

    /// One end, one length, one hash: and yet three texts.
    #[test]
    fn texts_with_one_end_are_told_apart() {
        let end = "e".repeat(HASHED);
        let [one, two, three] = ["a.b.", "a.c.", "a.d."].map(|begin| format!("{begin}{end}"));
        let cache = Cache::new(8);
        cache.insert(KnownText::from(one.as_bytes()), 1);
        cache.insert(KnownText::from(two.as_bytes()), 2);
        let found = [&one, &two, &three].map(|text| cache.get(&Sought(text.as_bytes())));
        assert_eq!(found, [Some(1), Some(2), None]);
    }

    #[test]
    fn short_texts_are_hashed_whole() {
        let cache = Cache::new(8);
        cache.insert(KnownText::from(b"a".as_slice()), 1);
        assert_eq!((cache.get(&Sought(b"a")), cache.get(&Sought(b"b"))), (Some(1), None));
    }
}
