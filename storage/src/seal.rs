//! Seals what must lie in the database and be read by nobody else.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hmac, rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_core::Secret;

/// A key that seals sessions and signing keys at rest (AES-256-GCM, a random nonce each time).
///
/// # Security
/// Whoever holds the key and the database holds every session and can sign tokens.
/// Its `Debug` shows nothing.
///
/// ```
/// use portcullis_storage::SealingKey;
/// let key = SealingKey::generate()?;
/// let sealed = key.seal(b"hello")?;
/// assert_eq!(key.open(&sealed)?, b"hello");
/// assert!(SealingKey::generate()?.open(&sealed).is_err());
/// # Ok::<(), portcullis_storage::SealError>(())
/// ```
#[derive(Clone)]
pub struct SealingKey(Arc<Keys>);

struct Keys {
    sealing: RandomizedNonceKey,
    deriving: hmac::Key,
}

/// A key could not be had, or a text not be sealed or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The key file.
    #[error("the key file `{path}` cannot be read or made")]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not the form of a key.
    #[error("a sealing key is 32 random bytes in base64")]
    Key,
    /// The system gave no randomness.
    #[error("no randomness to be had")]
    Randomness,
    /// Altered, truncated, or sealed with another key.
    #[error("the sealed text was altered or sealed with another key")]
    Unreadable,
}

impl SealingKey {
    /// A new random key that is kept nowhere.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate() -> Result<Self, SealError> {
        Self::from_bytes(&random_bytes()?)
    }

    /// A configured key: 32 bytes in base64, either alphabet, padded or not.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn from_text(text: &str) -> Result<Self, SealError> {
        let unpadded = text.trim().trim_end_matches('=').replace('+', "-").replace('/', "_");
        Self::from_bytes(&URL_SAFE_NO_PAD.decode(unpadded).map_err(|_| SealError::Key)?)
    }

    /// The key in a file; a missing file is made with a new key, readable by its owner alone.
    ///
    /// # Errors
    /// When the file can neither be read nor made, or holds no key.
    pub fn from_file_or_create(path: impl AsRef<Path>) -> Result<Self, SealError> {
        let path = path.as_ref();
        let file_error = |source| SealError::File { path: path.to_owned(), source };
        match fs::read_to_string(path) {
            Ok(text) => Self::from_text(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create_key_file(path, &random_bytes()?).map_err(file_error)?;
                Self::from_text(&fs::read_to_string(path).map_err(file_error)?)
            }
            Err(error) => Err(file_error(error)),
        }
    }

    /// Seals: base64url of nonce, ciphertext and tag.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn seal(&self, plain: &[u8]) -> Result<String, SealError> {
        let mut text = plain.to_vec();
        let nonce =
            self.0.sealing.seal_in_place_append_tag(Aad::empty(), &mut text).map_err(|_| SealError::Randomness)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &text].concat()))
    }

    /// Opens what [`Self::seal`] made.
    ///
    /// # Errors
    /// When it was altered or sealed with another key.
    pub fn open(&self, sealed: &str) -> Result<Vec<u8>, SealError> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| SealError::Unreadable)?;
        let (nonce, text) = bytes.split_at_mut_checked(NONCE_LEN).ok_or(SealError::Unreadable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Unreadable)?;
        let plain = self.0.sealing.open_in_place(nonce, Aad::empty(), text).map_err(|_| SealError::Unreadable)?;
        Ok(plain.to_vec())
    }

    /// A secret for another purpose, the same wherever this key is: HMAC-SHA-256 of the purpose's name.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Secret<[u8; 32]> {
        let mut secret = [0; 32];
        secret.copy_from_slice(hmac::sign(&self.0.deriving, purpose.as_bytes()).as_ref());
        Secret::new(secret)
    }

    fn from_bytes(key: &[u8]) -> Result<Self, SealError> {
        let sealing = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| SealError::Key)?;
        Ok(Self(Arc::new(Keys { sealing, deriving: hmac::Key::new(hmac::HMAC_SHA256, key) })))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

fn random_bytes() -> Result<[u8; 32], SealError> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| SealError::Randomness)?;
    Ok(bytes)
}

/// Writes the file beside its place and links it there, so that of two processes that start at
/// once one wins and neither reads half a key.
fn create_key_file(path: &Path, key: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(URL_SAFE_NO_PAD.encode(key).as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_what_it_sealed() {
        let key = SealingKey::generate().unwrap();
        let sealed = key.seal(b"secret").unwrap();
        assert_ne!(sealed, key.seal(b"secret").unwrap(), "the nonce is random");
        let mut altered = sealed.clone().into_bytes();
        altered[20] = if altered[20] == b'A' { b'B' } else { b'A' };
        for bad in ["", "AAAA", "not base64!", std::str::from_utf8(&altered).unwrap()] {
            assert!(key.open(bad).is_err(), "{bad}");
        }
        assert_eq!(key.open(&sealed).unwrap(), b"secret");
    }

    #[test]
    fn what_is_derived_is_the_key_s_and_the_purpose_s() {
        let (one, other) = (SealingKey::from_bytes(&[1; 32]).unwrap(), SealingKey::from_bytes(&[2; 32]).unwrap());
        assert_eq!(one.derive("a").expose(), SealingKey::from_bytes(&[1; 32]).unwrap().derive("a").expose());
        assert_ne!(one.derive("a").expose(), one.derive("b").expose());
        assert_ne!(one.derive("a").expose(), other.derive("a").expose());
    }

    #[test]
    fn a_key_is_32_bytes_in_base64() {
        assert!(SealingKey::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").is_ok());
        assert!(SealingKey::from_text("c2hvcnQ=").is_err());
        assert_eq!(format!("{:?}", SealingKey::generate().unwrap()), "SealingKey(…)");
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner() {
        let path = std::env::temp_dir().join(format!("portcullis-seal-{}.key", uuid::Uuid::now_v7()));
        let sealed = SealingKey::from_file_or_create(&path).unwrap().seal(b"x").unwrap();
        assert_eq!(SealingKey::from_file_or_create(&path).unwrap().open(&sealed).unwrap(), b"x");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::remove_file(path).unwrap();
    }
}
