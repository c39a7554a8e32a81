//! Passwords set, with everything that ends by it.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};
use portcullis_middleware::port::{SignedOutReason, StoreError};
use portcullis_provider::port::{AccountChanges, Ending};

use crate::{Database, ending, stored::OrUnavailable, write::Write};

#[async_trait]
impl AccountChanges for Database {
    async fn set_password(
        &self,
        user: UserId,
        hash: &Secret<String>,
        ending: &Ending,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let set = async {
            let mut write = Write::begin(self).await?;
            let Some(ended) = set_password(&mut write, user, hash, ending).await? else { return Ok(None) };
            write.commit().await?;
            Ok::<_, sqlx::Error>(Some(ended))
        };
        set.await.or_unavailable()
    }
}

/// Sets the password of an account that has one, and ends everything; the sign-ons that ended, if there was one.
pub(super) async fn set_password(
    write: &mut Write,
    user: UserId,
    hash: &Secret<String>,
    what: &Ending,
) -> Result<Option<Vec<String>>, sqlx::Error> {
    let found = sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash IS NOT NULL")
        .bind(user.to_string())
        .bind(hash.expose())
        .execute(write.connection())
        .await?
        .rows_affected();
    if found == 0 {
        return Ok(None);
    }
    sqlx::query("DELETE FROM password_resets WHERE user_id = $1")
        .bind(user.to_string())
        .execute(write.connection())
        .await?;
    ending::everything(write, user, what, SignedOutReason::PasswordChanged).await.map(Some)
}
