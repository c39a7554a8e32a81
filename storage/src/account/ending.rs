//! Ends what a person has open, within the transaction that gives the reason.

use portcullis_core::UserId;
use portcullis_middleware::port::{Change, SessionHandle, SignedOutReason};
use portcullis_provider::port::{Ending, Granted};
use sqlx::query_as;

use crate::write::Write;

/// Ends the person's sessions, sign-ons and families, but for what is kept, and tells of it.
pub(super) async fn end_everything(
    write: &mut Write,
    user: UserId,
    ending: &Ending,
    reason: SignedOutReason,
) -> Result<(), sqlx::Error> {
    let kept_sid = ending.kept_sid.as_deref().unwrap_or_default();
    let kept_session = ending.kept_session.as_ref().map(SessionHandle::as_str).unwrap_or_default();
    let sessions: Vec<(String,)> =
        query_as("DELETE FROM sessions WHERE user_id = $1 AND handle <> $2 RETURNING handle")
            .bind(user.to_string())
            .bind(kept_session)
            .fetch_all(write.connection())
            .await?;
    for (handle,) in sessions {
        write.tell(Change::SessionEnded { session: SessionHandle::from_text(handle), reason });
    }
    sqlx::query("DELETE FROM sign_ons WHERE user_id = $1 AND sid <> $2")
        .bind(user.to_string())
        .bind(kept_sid)
        .execute(write.connection())
        .await?;
    let families: Vec<(String,)> = query_as(
        "UPDATE refresh_families SET revoked = 1 WHERE user_id = $1 AND sid <> $2 AND revoked = 0 RETURNING family",
    )
    .bind(user.to_string())
    .bind(kept_sid)
    .fetch_all(write.connection())
    .await?;
    end_families(write, families, ending.refused_until).await
}

/// Refuses the access tokens of families that were just revoked, and tells of it.
pub(crate) async fn end_families(
    write: &mut Write,
    families: Vec<(String,)>,
    refused_until: i64,
) -> Result<(), sqlx::Error> {
    for mark in families.iter().flat_map(|(family,)| Granted::marks_of_family(family)) {
        sqlx::query("INSERT INTO revoked_access_tokens (jti, expires_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING")
            .bind(&mark)
            .bind(refused_until)
            .execute(write.connection())
            .await?;
        write.tell(Change::TokenRevoked(mark));
    }
    Ok(())
}
