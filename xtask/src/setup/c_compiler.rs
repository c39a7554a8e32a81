//! A C compiler: SQLite and the cryptography are C.

use crate::failure::{Failure, Outcome};
use crate::shell;
use crate::steps::Done;

pub(crate) fn ensure() -> Outcome<Done> {
    match ["cc", "gcc", "clang"].iter().any(|name| shell::find(name).is_some()) {
        true => Ok(Done::Already),
        false => Err(Failure::new("there is no C compiler; run `apt-get install build-essential` and try again")),
    }
}
