//! A folder that is gone when its value is dropped.

use std::fs;
use std::path::{Path, PathBuf};

/// A fresh, empty folder.
#[derive(Debug)]
pub struct TempDir {
    path: PathBuf,
}

impl TempDir {
    /// Makes one; `purpose` becomes a part of its name.
    ///
    /// # Panics
    /// Where the system's temporary folder cannot be written.
    #[must_use]
    pub fn new(purpose: &str) -> Self {
        let path = std::env::temp_dir().join(format!("portcullis-{purpose}-{:032x}", rand::random::<u128>()));
        fs::create_dir_all(&path).expect("the temporary folder can be written");
        Self { path }
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
