//! Ends what somebody acts by, in the transaction of whatever took their right to it.

use portcullis_core::{OrgId, UserId};
use portcullis_middleware::port::{Change, SessionHandle, SignedOutReason};
use sqlx::query_as;

use crate::{refresh, write::Write};

/// Ends all of it: sessions with their open pages, sign-ons, codes of browsers and devices, refresh tokens with their access tokens, API keys.
pub(crate) async fn everything(write: &mut Write, user: UserId, now: i64) -> Result<(), sqlx::Error> {
    let ended: Vec<(String,)> = query_as("DELETE FROM sessions WHERE user_id = $1 RETURNING handle")
        .bind(user.to_string())
        .fetch_all(write.connection())
        .await?;
    for (handle,) in ended {
        let session = SessionHandle::from_text(handle);
        write.tell(Change::SessionEnded { session, reason: SignedOutReason::Revoked });
    }
    // Records name their person inside: this is rare, so it walks rather than that each sign-in keeps an index.
    for statement in NAMING_THEIR_PERSON {
        sqlx::query(*statement).bind(of(user)).execute(write.connection()).await?;
    }
    let families: Vec<(String,)> = query_as("SELECT DISTINCT family FROM refresh_tokens WHERE record LIKE $1")
        .bind(of(user))
        .fetch_all(write.connection())
        .await?;
    revoke(write, families, now).await?;
    sqlx::query("DELETE FROM api_keys WHERE user_id = $1").bind(user.to_string()).execute(write.connection()).await?;
    Ok(())
}

/// Ends what was granted for one organization: the person stays, and so does the rest of theirs. API keys go with the
/// membership's row, and the access of sessions with the news of the change.
pub(crate) async fn in_organization(
    write: &mut Write,
    user: UserId,
    organization: OrgId,
    now: i64,
) -> Result<(), sqlx::Error> {
    let families: Vec<(String,)> = query_as(
        "SELECT DISTINCT t.family FROM refresh_tokens t JOIN organizations o ON o.id = $2
         WHERE t.record LIKE $1
           AND (t.record LIKE '%\"organization\":\"' || o.slug || '\"%'
                OR t.record LIKE '%\"organization\":\"' || o.id || '\"%')",
    )
    .bind(of(user))
    .bind(organization.to_string())
    .fetch_all(write.connection())
    .await?;
    revoke(write, families, now).await
}

async fn revoke(write: &mut Write, families: Vec<(String,)>, now: i64) -> Result<(), sqlx::Error> {
    for (family,) in families {
        refresh::revoke(write.connection(), &family, now).await?;
        refresh::refuse(write.connection(), &family, now.saturating_add(refresh::MARKER_LIFETIME)).await?;
        write.tell(Change::TokenRevoked(family));
    }
    Ok(())
}

/// Statements that take what was granted to a person, or by them, and is not a token yet.
const NAMING_THEIR_PERSON: &[&str] = &[
    "DELETE FROM authorization_codes WHERE record LIKE $1",
    "DELETE FROM device_codes WHERE decision LIKE $1",
    "DELETE FROM sign_ons WHERE record LIKE $1",
];

/// What a record of this person holds and no other: inside a text the quotation marks would be escaped.
fn of(user: UserId) -> String {
    format!("%\"user\":\"{user}\"%")
}
