//! Civil dates: from seconds, from text, by the month and the year.

use time::{Date, Month, OffsetDateTime};

/// The day (UTC) of a moment in seconds since 1970.
///
/// ```
/// use portal::server::business::date;
/// assert_eq!(date::of_seconds(951_782_400).to_string(), "2000-02-29");
/// ```
#[must_use]
pub fn of_seconds(seconds: i64) -> Date {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH).date()
}

/// Reads `YYYY-MM-DD` and nothing else.
///
/// ```
/// use portal::server::business::date;
/// assert!(date::parse("2024-02-29").is_some());
/// for bad in ["2023-02-29", "2024-2-9", "24-02-09", "2024-02-29 ", "+024-02-29", ""] {
///     assert!(date::parse(bad).is_none(), "{bad}");
/// }
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    if parts.next().is_some() {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

/// The same day a year later; the 28th for a 29th of February.
#[must_use]
pub fn year_after(date: Date) -> Date {
    let next = date.year().saturating_add(1);
    date.replace_year(next).or_else(|_| Date::from_calendar_date(next, Month::February, 28)).unwrap_or(date)
}

/// The first day of the month that lies `months` before this one.
#[must_use]
pub fn months_before(date: Date, months: u8) -> Date {
    let mut first = first_of_month(date);
    for _ in 0..months {
        first = first_of_month(first.previous_day().unwrap_or(first));
    }
    first
}

/// `YYYY-MM`.
#[must_use]
pub fn month_text(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), u8::from(date.month()))
}

fn first_of_month(date: Date) -> Date {
    date.replace_day(1).unwrap_or(date)
}

fn number(digits: &str, width: usize) -> Option<u16> {
    (digits.len() == width && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_years_keep_to_the_calendar() {
        let leap = parse("2024-02-29").unwrap();
        assert_eq!(year_after(leap).to_string(), "2025-02-28");
        assert_eq!(months_before(leap, 0).to_string(), "2024-02-01");
        assert_eq!(months_before(leap, 5).to_string(), "2023-09-01");
        assert_eq!(month_text(leap), "2024-02");
    }
}
