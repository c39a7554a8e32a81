//! What a page must be before it is saved, and why a save can fail.

use portcullis_core::{OrgSlug, permission::Vocabulary};
use portcullis_middleware::port::StoreError;

use super::PageDraft;
use crate::role::did_you_mean;

/// A page could not be saved or deleted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// Somebody saved it in between, or a new page's slug is taken.
    #[error("the page was changed by somebody else")]
    Conflict {
        /// The version that stands now.
        current: i64,
    },
    /// A title of nothing but spaces.
    #[error("a page needs a title")]
    EmptyTitle,
    /// Not the form of a slug.
    #[error("a page's slug is 1 to 63 of `a-z`, `0-9` and inner `-`")]
    InvalidSlug,
    /// There is no such page, or no such organization.
    #[error("there is no such page")]
    NotFound,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The application declares no such permission.
    #[error("there is no permission `{key}`{}", did_you_mean(*.nearest))]
    UnknownPermission {
        /// As it was written.
        key: String,
        /// The one that was meant, perhaps.
        nearest: Option<&'static str>,
    },
}

impl PageDraft {
    pub(super) fn validate(&self, vocabulary: Vocabulary) -> Result<(), PageError> {
        if !OrgSlug::is_valid(&self.slug) {
            return Err(PageError::InvalidSlug);
        }
        if self.title.trim().is_empty() {
            return Err(PageError::EmptyTitle);
        }
        match self.permissions.iter().find(|key| vocabulary.find(key).is_none()) {
            Some(key) => Err(PageError::UnknownPermission { key: key.clone(), nearest: vocabulary.nearest(key) }),
            None => Ok(()),
        }
    }
}

impl From<sqlx::Error> for PageError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(StoreError::new(error))
    }
}
