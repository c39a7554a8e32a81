//! Money, dates and names as people read them. Pure: the same text on both sides.

/// An amount in the smallest unit as text: `€ 1,234.50`.
pub(super) fn money(minor: i64, currency: &str) -> String {
    let sign = if minor < 0 { "−" } else { "" };
    let amount = minor.unsigned_abs();
    let symbol = match currency {
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "USD" => "$",
        other => other,
    };
    let space = if symbol.len() > 2 && symbol.is_ascii() { "\u{a0}" } else { "" };
    if currency == "JPY" {
        return format!("{sign}{symbol}{space}{}", thousands(amount));
    }
    format!("{sign}{symbol}{space}{}.{:02}", thousands(amount / 100), amount % 100)
}

fn thousands(amount: u64) -> String {
    let digits = amount.to_string();
    let first = digits.len() % 3;
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `2026-03-09` as `9 Mar 2026`; anything else as it is.
pub(super) fn date(iso: &str) -> String {
    let mut parts = iso.splitn(3, '-');
    let parsed = (|| {
        let year = parts.next()?;
        let month = month_name(parts.next()?)?;
        let day: u8 = parts.next()?.get(..2)?.parse().ok()?;
        Some(format!("{day} {month} {year}"))
    })();
    parsed.unwrap_or_else(|| iso.to_owned())
}

/// `2026-03-09T10:15:00Z` as `9 Mar 2026, 10:15`.
pub(super) fn moment(rfc3339: &str) -> String {
    match rfc3339.split_once('T') {
        Some((day, time)) => format!("{}, {}", date(day), time.get(..5).unwrap_or(time)),
        None => date(rfc3339),
    }
}

/// `2026-03` as `Mar`.
pub(super) fn month(iso: &str) -> String {
    iso.split_once('-').and_then(|(_, month)| month_name(month)).unwrap_or(iso).to_owned()
}

fn month_name(number: &str) -> Option<&'static str> {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES.get(number.parse::<usize>().ok()?.checked_sub(1)?).copied()
}

/// Seconds since 1970 as `9 Mar 2026, 10:15` (UTC).
pub(super) fn epoch(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // The civil calendar from days (Howard Hinnant's algorithm).
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    moment(&format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", rest / 3600, rest % 3600 / 60))
}

/// `in_progress` as `In progress`.
pub(super) fn words(name: &str) -> String {
    let mut letters = name.chars().map(|letter| if matches!(letter, '_' | '.') { ' ' } else { letter });
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The details of an audit entry, a JSON object, as words: `Title: Dues · Version: 2`.
pub(super) fn facts(detail: &str) -> String {
    let Ok(facts) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(detail) else {
        return detail.to_owned();
    };
    let fact = |(name, value): (&String, &serde_json::Value)| format!("{}: {}", words(name), plain(value));
    facts.iter().map(fact).collect::<Vec<_>>().join(" · ")
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(all) if all.is_empty() => "none".to_owned(),
        serde_json::Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(", "),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// An id by its ends, as `01a200ee…0f70de`; names stay whole.
pub(super) fn short_id(id: &str) -> String {
    let is_id = id.len() == 36 && id.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    match (id.get(..8), id.get(id.len().saturating_sub(6)..)) {
        (Some(head), Some(tail)) if is_id => format!("{head}…{tail}"),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_and_signed() {
        assert_eq!(money(123_450, "EUR"), "€1,234.50");
        assert_eq!(money(-5, "USD"), "−$0.05");
        assert_eq!(money(1_234_567, "JPY"), "¥1,234,567");
        assert_eq!(money(100_000, "CHF"), "CHF\u{a0}1,000.00");
    }

    #[test]
    fn dates_are_words_and_nonsense_stays() {
        assert_eq!(date("2026-03-09"), "9 Mar 2026");
        assert_eq!(moment("2026-12-31T23:59:01Z"), "31 Dec 2026, 23:59");
        assert_eq!(date("soon"), "soon");
        assert_eq!(month("2026-01"), "Jan");
        assert_eq!(epoch(951_782_400), "29 Feb 2000, 00:00");
    }

    #[test]
    fn names_become_words() {
        assert_eq!(words("in_progress"), "In progress");
        assert_eq!(facts(r#"{"roles":["A","B"],"version":2}"#), "Roles: A, B · Version: 2");
        assert_eq!(facts("{}"), "");
    }

    #[test]
    fn ids_show_their_ends_and_names_stay_whole() {
        assert_eq!(short_id("01a200ee-ad1f-7292-9697-0f70549f70de"), "01a200ee…9f70de");
        assert_eq!(short_id("invoices"), "invoices");
    }
}
