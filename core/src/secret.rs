//! A value that does not show itself.

use std::fmt;

/// A secret: no `Display`, no `Serialize`, no `Deref`, no `==`, and a `Debug` that says nothing.
///
/// # Security
/// [`Secret::expose`] is the one way to the value, and the one word to search for in a review.
/// Compare secrets in constant time, never with `==`.
///
/// ```
/// use portcullis_core::Secret;
/// let key = Secret::new("hunter2".to_owned());
/// assert_eq!(format!("{key:?}"), "Secret(…)");
/// assert_eq!(key.expose(), "hunter2");
/// ```
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows the value: every use of this word is worth a second look.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
