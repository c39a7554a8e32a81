//! The SHA-256 as JOSE writes it: base64url.

use aws_lc_rs::digest::{SHA256, digest};
use base64_simd::URL_SAFE_NO_PAD;

/// The digest of a text, 43 characters long.
pub(crate) fn sha256(text: &str) -> String {
    URL_SAFE_NO_PAD.encode_to_string(digest(&SHA256, text.as_bytes()))
}
