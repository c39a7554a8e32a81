//! From stored text to types and back, and from what went wrong to [`StoreError`].

use std::{error::Error, str::FromStr};

use portcullis_middleware::port::StoreError;
use serde::{Serialize, de::DeserializeOwned};

type BoxError = Box<dyn Error + Send + Sync>;

/// Reads an identifier, slug or the like.
pub(crate) fn parse<T: FromStr<Err: Into<BoxError>>>(text: &str) -> Result<T, sqlx::Error> {
    text.parse().map_err(|error: T::Err| sqlx::Error::Decode(error.into()))
}

/// Reads a JSON column.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Writes a JSON column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// The one row of a statement that changes something and says `RETURNING`.
///
/// Such a statement is fetched to its end (`fetch_all`): `fetch_optional` hands out the row before
/// the database has committed.
pub(crate) fn sole<T>(rows: Vec<T>) -> Option<T> {
    rows.into_iter().next()
}

/// Whatever went wrong, the store could not answer.
pub(crate) trait OrUnavailable<T> {
    fn or_unavailable(self) -> Result<T, StoreError>;
}

impl<T, E: Into<BoxError>> OrUnavailable<T> for Result<T, E> {
    fn or_unavailable(self) -> Result<T, StoreError> {
        self.map_err(StoreError::new)
    }
}
