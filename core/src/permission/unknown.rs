//! The sentence about an unknown permission, written in constant evaluation.
#![expect(clippy::indexing_slicing, reason = "const code has no iterators; every index is below a checked length")]

use super::Vocabulary;

/// Room for the words and two long keys; what does not fit is left out.
const ROOM: usize = 320;

/// ``unknown permission `invoices:pya`; nearest declared: `invoices:pay` ``
pub(super) struct Unknown {
    bytes: [u8; ROOM],
    len: usize,
}

impl Unknown {
    /// The sentence about `key`.
    pub(super) const fn of(vocabulary: Vocabulary, key: &str) -> Self {
        let sentence = Self { bytes: [0; ROOM], len: 0 }.and("unknown permission `").and(key);
        match vocabulary.nearest(key) {
            Some(nearest) => sentence.and("`; nearest declared: `").and(nearest).and("`"),
            None => sentence.and("`; the catalogue declares none"),
        }
    }

    /// The sentence as text.
    pub(super) const fn as_str(&self) -> &str {
        let (written, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(written) {
            Ok(text) => text,
            Err(_) => "unknown permission",
        }
    }

    const fn and(mut self, text: &str) -> Self {
        let left = ROOM - self.len;
        let text = if text.len() <= left { text.as_bytes() } else { "…".as_bytes() };
        if text.len() <= left {
            let mut at = 0;
            while at < text.len() {
                self.bytes[self.len + at] = text[at];
                at += 1;
            }
            self.len += text.len();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Unknown;
    use crate::permission::{Catalogue, PermissionInfo};

    #[derive(Clone, Copy, Debug)]
    struct Shop;

    impl Catalogue for Shop {
        const ENTRIES: &'static [PermissionInfo] =
            &[PermissionInfo::new("invoices:view"), PermissionInfo::new("invoices:pay")];
    }

    #[derive(Clone, Copy, Debug)]
    struct Bare;

    impl Catalogue for Bare {
        const ENTRIES: &'static [PermissionInfo] = &[];
    }

    #[test]
    fn names_the_nearest() {
        let sentence = Unknown::of(Shop::VOCABULARY, "invoices:pya");
        assert_eq!(sentence.as_str(), "unknown permission `invoices:pya`; nearest declared: `invoices:pay`");
        assert_eq!(
            Unknown::of(Bare::VOCABULARY, "a:b").as_str(),
            "unknown permission `a:b`; the catalogue declares none"
        );
    }

    #[test]
    fn leaves_out_what_does_not_fit() {
        let sentence = Unknown::of(Shop::VOCABULARY, &"ä".repeat(400));
        assert_eq!(sentence.as_str(), "unknown permission `…`; nearest declared: `invoices:view`");
    }
}
