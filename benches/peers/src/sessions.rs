//! Sessions as one writes them by hand, for the peers that decide and leave it to others to know who asks.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use http::{HeaderMap, header::COOKIE};

use crate::{peer::Credential, people};

/// The cookie's name.
const NAME: &str = "session";

/// Sessions by their ids.
#[derive(Debug)]
pub(crate) struct Sessions(RwLock<HashMap<String, Arc<Person>>>);

/// Who asks.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) roles: Vec<&'static str>,
}

impl Sessions {
    /// One session for everybody.
    pub(crate) fn of_all() -> Self {
        Self(RwLock::new(people::all().map(|person| (id(person), Arc::new(Person::new(person)))).collect()))
    }

    /// Whose session the request names.
    pub(crate) fn person(&self, headers: &HeaderMap) -> Option<Arc<Person>> {
        let cookies = headers.get(COOKIE)?.to_str().ok()?;
        let id = cookies.split("; ").find_map(|cookie| cookie.strip_prefix(NAME)?.strip_prefix('='))?;
        self.0.read().unwrap().get(id).cloned()
    }
}

impl Person {
    fn new(person: u32) -> Self {
        Self { name: name(person), roles: people::roles(person).to_vec() }
    }
}

/// A person's name.
pub(crate) fn name(person: u32) -> String {
    format!("person-{person}")
}

/// A person's cookie.
pub(crate) fn cookie(person: u32) -> Credential {
    Credential::Cookie { name: NAME.to_owned(), value: id(person) }
}

/// As long as a random one of 128 bits.
fn id(person: u32) -> String {
    format!("{:032x}", u128::from(person).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}
