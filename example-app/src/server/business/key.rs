//! The key of a row: its organization, proven, and its id, as a stranger wrote it.

use portcullis_core::OrgContext;
use uuid::Uuid;

use super::DataError;

/// The organization that every statement is scoped by.
pub(crate) fn organization(org: &OrgContext) -> String {
    org.organization().id.to_string()
}

/// A row's id in the one spelling that is stored.
///
/// # Errors
/// [`DataError::NotFound`] for what can be no id: the same answer as for an unknown one.
pub(crate) fn row(id: &str) -> Result<String, DataError> {
    let stored = Uuid::parse_str(id).map_err(|_| DataError::NotFound)?.hyphenated().to_string();
    if stored == id { Ok(stored) } else { Err(DataError::NotFound) }
}

/// The id of a row yet to be.
pub(crate) fn fresh() -> String {
    Uuid::now_v7().to_string()
}
