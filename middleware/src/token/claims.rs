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
    payload: String,
    members: Vec<Member>,
}

/// A claim: its name, and where its value stands in the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    name: Name,
    value: Range<usize>,
}

/// A claim's name: where it stands, or what it says where it is written with escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    Escaped(Box<str>),
    Plain(Range<usize>),
}

/// A payload that is being looked through.
#[derive(Clone, Copy)]
struct Payload<'p>(&'p str);

/// As many claims as a usual token has, and some.
const USUAL: usize = 16;

impl Claims {
    /// Reads a payload: one JSON object in which no claim stands twice (RFC 7519 section 4).
    #[must_use]
    pub fn parse(payload: Vec<u8>) -> Option<Self> {
        let payload = String::from_utf8(payload).ok()?;
        let mut json = serde_json::Deserializer::from_str(&payload);
        let members = Payload(&payload).deserialize(&mut json).ok()?;
        json.end().ok()?;
        Some(Self { payload, members })
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
        let member = self.members.iter().find(|member| member.name.is(claim, &self.payload))?;
        self.payload.get(member.value.clone())
    }
}

impl Name {
    fn is(&self, claim: &str, payload: &str) -> bool {
        let claim = claim.as_bytes();
        match self {
            Self::Escaped(name) => name.as_bytes() == claim,
            // By length and first letter before all: each lookup passes a dozen names.
            Self::Plain(place) if place.len() == claim.len() => {
                let name = payload.as_bytes().get(place.clone()).unwrap_or_default();
                name.first() == claim.first() && name == claim
            }
            Self::Plain(_) => false,
        }
    }

    fn text<'n>(&'n self, payload: &'n str) -> &'n str {
        match self {
            Self::Escaped(name) => name,
            Self::Plain(place) => payload.get(place.clone()).unwrap_or_default(),
        }
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
    fn place(self, part: &str) -> Range<usize> {
        let start = part.as_ptr().addr() - self.0.as_ptr().addr();
        start..start + part.len()
    }
}

impl<'p> DeserializeSeed<'p> for Payload<'p> {
    type Value = Vec<Member>;

    fn deserialize<D: Deserializer<'p>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'p> Visitor<'p> for Payload<'p> {
    type Value = Vec<Member>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'p>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::<Member>::with_capacity(USUAL);
        while let Some(Key(name)) = map.next_key()? {
            if members.iter().any(|known| known.name.is(&name, self.0)) {
                return Err(A::Error::custom("a claim stands twice"));
            }
            let value: &RawValue = map.next_value()?;
            let name = match name {
                Cow::Borrowed(plain) => Name::Plain(self.place(plain)),
                Cow::Owned(escaped) => Name::Escaped(escaped.into()),
            };
            members.push(Member { name, value: self.place(value.get()) });
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
        f.debug_set().entries(self.members.iter().map(|member| member.name.text(&self.payload))).finish()
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
        assert!(claims.text("exp").is_none() && claims.seconds("iss").is_none() && !claims.has("d"));
    }

    #[test]
    fn what_is_no_object_or_states_a_claim_twice_is_nothing() {
        for odd in ["", "[]", "7", r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"a":1}x"#, r#"{"a":}"#] {
            assert!(claims(odd).is_none(), "{odd}");
        }
    }
}
