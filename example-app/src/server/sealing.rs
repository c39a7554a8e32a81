//! The key that encrypts tokens and signing keys at rest.

use std::path::Path;

use portcullis_storage::{SealError, SealingKey};

use super::config::Settings;

/// The configured key, or a file beside the SQLite database.
pub(super) fn sealing_key(settings: &Settings) -> Result<SealingKey, SealError> {
    if let Some(key) = &settings.secrets.key {
        return SealingKey::from_text(key);
    }
    let url = settings.database.url.trim_start_matches("sqlite:").trim_start_matches("//");
    let file = url.split('?').next().unwrap_or(url);
    if file.is_empty() || file.contains(":memory:") {
        return SealingKey::generate();
    }
    SealingKey::from_file_or_create(Path::new(file).with_extension("key"))
}
