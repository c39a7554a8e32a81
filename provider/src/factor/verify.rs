//! Which further factors a person has, and whether a typed code is one: it counts once.

use portcullis_core::UserId;

use super::{recovery, totp};
use crate::{
    ProviderError,
    acr::{MFA, OTP},
    port::StoreError,
    server::Server,
};

/// The further factors of a person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) authenticator: bool,
    pub(crate) passkey: bool,
}

/// Which further factors the person has.
pub(crate) async fn held(server: &Server, user: UserId) -> Result<Held, StoreError> {
    let authenticator = server.stores.totp(user).await?.is_some();
    let passkey = !server.stores.passkeys_of(user).await?.is_empty();
    Ok(Held { authenticator, passkey })
}

/// Whether the person has a second factor. A passkey is one even where none can be asked for (the issuer's host is an
/// IP address): then a recovery code is.
pub(crate) async fn is_held(server: &Server, user: UserId) -> Result<bool, StoreError> {
    held(server, user).await.map(|held| held.authenticator || held.passkey)
}

/// Uses a code up; the methods (`amr`) that it adds to the password, or none if it is no code.
pub(crate) async fn verify(
    server: &Server,
    user: UserId,
    typed: &str,
) -> Result<Option<&'static [&'static str]>, ProviderError> {
    let digits: String = typed.chars().filter(|character| !character.is_whitespace()).collect();
    if let Some(secret) = server.stores.totp(user).await?
        && let Some(step) = totp::step_of(&secret, &digits, server.now())?
    {
        let fresh = server.stores.use_totp_step(user, step).await?;
        return Ok(fresh.then_some(&[OTP, MFA]));
    }
    let recovered = server.stores.use_recovery_code(user, &recovery::digest(typed)).await?;
    Ok(recovered.then_some(&[MFA]))
}
