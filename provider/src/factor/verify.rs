//! Whether a typed code is a second factor of this person: it counts once.

use portcullis_core::UserId;

use super::{recovery, totp};
use crate::{
    ProviderError,
    acr::{MFA, OTP},
    port::StoreError,
    server::Server,
};

/// Whether the person has a second factor.
pub(crate) async fn is_held(server: &Server, user: UserId) -> Result<bool, StoreError> {
    server.stores.totp(user).await.map(|secret| secret.is_some())
}

/// Uses a code up; the methods (`amr`) that it adds to the password, or none if it is no code.
pub(crate) async fn verify(
    server: &Server,
    user: UserId,
    typed: &str,
) -> Result<Option<&'static [&'static str]>, ProviderError> {
    let Some(secret) = server.stores.totp(user).await? else { return Ok(None) };
    let digits: String = typed.chars().filter(|character| !character.is_whitespace()).collect();
    if let Some(step) = totp::step_of(&secret, &digits, server.now())? {
        let fresh = server.stores.use_totp_step(user, step).await?;
        return Ok(fresh.then_some(&[OTP, MFA]));
    }
    let recovered = server.stores.use_recovery_code(user, &recovery::digest(typed)).await?;
    Ok(recovered.then_some(&[MFA]))
}
