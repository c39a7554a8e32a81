//! The revision of the grants, as a header tells it.

use http::{HeaderName, HeaderValue};

/// Tells programs and pages how old their view of their rights is.
pub(super) const NAME: HeaderName = HeaderName::from_static("portcullis-revision");

/// So many numbers have their text ready, and their header takes no memory: few organizations change more often.
const READY: usize = 1000;

static DIGITS: [[u8; 3]; READY] = digits();

/// The header's value.
pub(super) fn value(revision: u64) -> Option<HeaderValue> {
    match ready(revision) {
        Some(text) => Some(HeaderValue::from_static(text)),
        // Written here first, because `HeaderValue::from` allocates twice.
        None => HeaderValue::from_str(itoa::Buffer::new().format(revision)).ok(),
    }
}

fn ready(number: u64) -> Option<&'static str> {
    let digits = DIGITS.get(usize::try_from(number).ok()?)?;
    let zeros = usize::from(number < 100) + usize::from(number < 10);
    std::str::from_utf8(digits.get(zeros..)?).ok()
}

/// The numbers with three digits each.
#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "worked out by the compiler")]
const fn digits() -> [[u8; 3]; READY] {
    let mut digits = [[b'0'; 3]; READY];
    let mut number = 0;
    while number < READY {
        digits[number] = [(number / 100) as u8 + b'0', (number / 10 % 10) as u8 + b'0', (number % 10) as u8 + b'0'];
        number += 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn every_number_is_written_in_digits() {
        for number in (0..2000).chain([u64::MAX]) {
            assert_eq!(value(number).unwrap(), number.to_string().as_str());
        }
    }
}
