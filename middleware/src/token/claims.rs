//! The claims of a token (RFC 7519 section 4): found once, each read when it is asked for.

use std::{borrow::Cow, fmt, ops::Range};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

/// What a payload states, by claim. Where each value stands is known; it is read only on demand.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// The payload, and behind it the names that are written with escapes in it, without them.
    text: String,
    members: Vec<Member>,
}

/// A claim: where its name stands in the text, and where its value. Small, for each lookup passes a dozen.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Member {
    name: Place,
    value: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    start: u32,
    len: u32,
}

/// A payload that is being looked through.
struct Payload<'p> {
    text: &'p str,
    /// What comes behind it.
    names: String,
}

/// As many claims as a usual token has, and some.
const USUAL: usize = 16;

impl Claims {
    /// Reads a payload: one JSON object in which no claim stands twice (RFC 7519 section 4).
    #[must_use]
    pub fn parse(payload: Vec<u8>) -> Option<Self> {
        let mut text = String::from_utf8(payload).ok()?;
        let mut json = serde_json::Deserializer::from_str(&text);
        let mut payload = Payload { text: &text, names: String::new() };
        let members = payload.deserialize(&mut json).ok()?;
        json.end().ok()?;
        let names = payload.names;
        text.push_str(&names);
        Some(Self { text, members })
    }

    /// Whether the claim is there, whatever it says.
    #[must_use]
    pub fn has(&self, claim: &str) -> bool {
        self.json(claim).is_some()
    }

    /// A claim that is text.
    #[must_use]
    pub fn text(&self, claim: &str) -> Option<Cow<'_, str>> {
        let json = self.json(claim)?;
        match json.strip_prefix('"')?.strip_suffix('"')? {
            plain if !plain.contains('\\') => Some(Cow::Borrowed(plain)),
            _ => serde_json::from_str(json).map(Cow::Owned).ok(),
        }
    }

    /// A claim that is a number of seconds (`NumericDate`; fractions are cut off).
    #[must_use]
    pub fn seconds(&self, claim: &str) -> Option<i64> {
        let json = self.json(claim)?;
        #[expect(clippy::cast_possible_truncation, reason = "a cast of floats saturates")]
        json.parse().ok().or_else(|| serde_json::from_str::<f64>(json).ok().map(|seconds| seconds as i64))
    }

    /// A claim as it is.
    #[must_use]
    pub fn value(&self, claim: &str) -> Option<Value> {
        serde_json::from_str(self.json(claim)?).ok()
    }

    /// A claim that is a list of texts and of nothing else.
    pub(super) fn texts(&self, claim: &str) -> Option<Vec<String>> {
        serde_json::from_str(self.json(claim)?).ok()
    }

    /// What a dotted path leads to. A claim whose name has dots is found by its whole name first.
    pub(crate) fn at(&self, path: &str) -> Option<Value> {
        if let Some(whole) = self.value(path) {
            return Some(whole);
        }
        let (first, rest) = path.split_once('.')?;
        within(&self.value(first)?, rest).cloned()
    }

    /// The JSON of a claim.
    fn json(&self, claim: &str) -> Option<&str> {
        let text = self.text.as_bytes();
        let member = self.members.iter().find(|member| member.name.holds(claim.as_bytes(), text))?;
        self.text.get(member.value.range())
    }
}

impl Place {
    fn new(start: usize, len: usize) -> Option<Self> {
        Some(Self { start: start.try_into().ok()?, len: len.try_into().ok()? })
    }

    const fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }

    fn holds(self, name: &[u8], text: &[u8]) -> bool {
        self.len as usize == name.len() && text.get(self.range()) == Some(name)
    }
}

fn within<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if let Some(whole) = value.get(path) {
        return Some(whole);
    }
    let (first, rest) = path.split_once('.')?;
    within(value.get(first)?, rest)
}

impl Payload<'_> {
    /// Where a part of the payload stands in it.
    fn place(&self, part: &str) -> Option<Place> {
        Place::new(part.as_ptr().addr() - self.text.as_ptr().addr(), part.len())
    }

    /// Where a name stands that the payload does not hold in this form: behind it.
    fn behind(&mut self, name: &str) -> Option<Place> {
        let start = self.text.len() + self.names.len();
        self.names.push_str(name);
        Place::new(start, name.len())
    }

    fn is_known(&self, members: &[Member], name: &str) -> bool {
        let (text, names) = (self.text.as_bytes(), self.names.as_bytes());
        members.iter().any(|Member { name: known, .. }| match (known.start as usize).checked_sub(text.len()) {
            None => known.holds(name.as_bytes(), text),
            Some(start) => names.get(start..start + known.len as usize) == Some(name.as_bytes()),
        })
    }
}

impl<'p> DeserializeSeed<'p> for &mut Payload<'p> {
    type Value = Vec<Member>;

    fn deserialize<D: Deserializer<'p>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'p> Visitor<'p> for &mut Payload<'p> {
    type Value = Vec<Member>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'p>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(USUAL);
        while let Some(Key(name)) = map.next_key()? {
            if self.is_known(&members, &name) {
                return Err(A::Error::custom("a claim stands twice"));
            }
            let value: &RawValue = map.next_value()?;
            let name = match name {
                Cow::Borrowed(plain) => self.place(plain),
                Cow::Owned(escaped) => self.behind(&escaped),
            };
            let member = name.zip(self.place(value.get())).map(|(name, value)| Member { name, value });
            members.push(member.ok_or_else(|| A::Error::custom("too long"))?);
        }
        Ok(members)
    }
}

/// A name, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Key<'k>(#[serde(borrow)] Cow<'k, str>);

/// Names only: what the claims say stays out of logs.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.members.iter().map(|member| self.text.get(member.name.range()).unwrap_or_default());
        f.debug_set().entries(names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &str) -> Option<Claims> {
        Claims::parse(json.as_bytes().to_vec())
    }

    #[test]
    fn each_claim_is_found_and_read() {
        let claims =
            claims(r#"{"iss":"https:\/\/a.example","n\u0061me":"Ann","exp":1.8e9,"iat":17,"a.b":1,"c":{"d":[2]}}"#);
        let claims = claims.unwrap();
        assert_eq!(claims.text("iss").unwrap(), "https://a.example");
        assert_eq!(claims.text("name").unwrap(), "Ann");
        assert_eq!((claims.seconds("exp"), claims.seconds("iat")), (Some(1_800_000_000), Some(17)));
        assert_eq!((claims.at("a.b"), claims.at("c.d")), (Some(1.into()), Some(serde_json::json!([2]))));
        assert_eq!(format!("{claims:?}"), r#"{"iss", "name", "exp", "iat", "a.b", "c"}"#);
        assert!(claims.text("exp").is_none() && claims.seconds("iss").is_none() && !claims.has("d"));
    }

    #[test]
    fn what_is_no_object_or_states_a_claim_twice_is_nothing() {
        for odd in [
            "",
            "[]",
            "7",
            r#"{"a":1,"a":1}"#,
            r#"{"\u0061":1,"b":3,"\u0061":2}"#,
            r#"{"\u0061":1,"a":2}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"a":1}x"#,
            r#"{"a":}"#,
        ] {
            assert!(claims(odd).is_none(), "{odd}");
        }
    }
}
