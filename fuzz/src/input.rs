//! Bytes of the fuzzer → the texts that a law sends.

use std::collections::BTreeMap;

use serde_json::{Value, value::RawValue};
use url::form_urlencoded;

/// The input as so many lines, the last with all that is left; lines that are not there are empty.
pub(crate) fn lines<const COUNT: usize>(data: &[u8]) -> Option<[&str; COUNT]> {
    let mut parts = std::str::from_utf8(data).ok()?.splitn(COUNT, '\n');
    Some(std::array::from_fn(|_| parts.next().unwrap_or_default()))
}

/// A text file's line end is no part of what is sent.
pub(crate) fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok().map(|text| text.strip_suffix('\n').unwrap_or(text))
}

/// A text with its placeholders filled in: what no seed can hold, because it is made for each run.
pub(crate) fn filled(text: &str, with: &[(&str, &str)]) -> String {
    with.iter().fold(text.to_owned(), |text, (placeholder, value)| text.replace(placeholder, value))
}

/// Parameters as a query or a form.
pub(crate) fn encoded(params: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

/// The values of a parameter, as any reader of forms finds them.
pub(crate) fn values(encoded: &str, name: &str) -> Vec<String> {
    form_urlencoded::parse(encoded.as_bytes()).filter(|(key, _)| key == name).map(|(_, value)| value.into()).collect()
}

/// JSON as a reader that looks only at what it needs has to take it: a number too large for any type, a string with half
/// a surrogate and a list nested without end are as good as others while nobody asks for them. Here they are their own
/// text, which no rule takes for what it wants.
///
/// # Panics
///
/// If it is no JSON: whoever asks has found that somebody read it.
pub(crate) fn json(text: &str) -> Value {
    lenient(serde_json::from_str(text).expect("what was read is JSON"))
}

fn lenient(json: &RawValue) -> Value {
    let text = json.get();
    if let Ok(value) = serde_json::from_str(text) {
        value
    } else if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        members.into_iter().map(|(name, value)| (name, lenient(value))).collect()
    } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) {
        items.into_iter().map(lenient).collect()
    } else {
        Value::String(text.to_owned())
    }
}
