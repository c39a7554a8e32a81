//! The cryptography behind `jsonwebtoken`, chosen once and out loud.

/// Installs the cryptography (AWS-LC).
///
/// With none or two backends compiled in, `jsonwebtoken` panics at its first use; a dependency can
/// switch the second one on without asking. Called by everything here that verifies or signs;
/// calling it again does nothing.
pub fn install_crypto() {
    let _already_installed = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}
