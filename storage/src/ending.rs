//! Ends what somebody acts by, in the transaction of whatever took their right to it.

use std::collections::BTreeSet;

use portcullis_core::{OrgId, UserId};
use portcullis_middleware::port::{Change, SessionHandle, SignedOutReason};
use portcullis_provider::port::{Digest, Ending, Granted};
use sqlx::query_as;

use crate::{refresh, write::Write};

/// Ends all of it but for what is kept: sessions with their open pages, sign-ons, codes of browsers and devices, refresh
/// tokens with their access tokens. API keys are the person's own to keep: see [`api_keys`]. The sign-ons (`sid`) that ended.
pub(crate) async fn everything(
    write: &mut Write,
    user: UserId,
    ending: &Ending,
    reason: SignedOutReason,
) -> Result<Vec<String>, sqlx::Error> {
    let kept_session = ending.kept_session.as_ref().map(SessionHandle::as_str).unwrap_or_default();
    let kept_sid = ending.kept_sid.as_deref().unwrap_or_default();
    let ended: Vec<(String,)> = query_as("DELETE FROM sessions WHERE user_id = $1 AND handle <> $2 RETURNING handle")
        .bind(user.to_string())
        .bind(kept_session)
        .fetch_all(write.connection())
        .await?;
    for (handle,) in ended {
        write.tell(Change::SessionEnded { session: SessionHandle::from_text(handle), reason });
    }
    let sign_ons: Vec<(String,)> = query_as("DELETE FROM sign_ons WHERE user_id = $1 AND sid <> $2 RETURNING sid")
        .bind(user.to_string())
        .bind(kept_sid)
        .fetch_all(write.connection())
        .await?;
    // Records name their person inside: this is rare, so it walks rather than that each sign-in keeps an index.
    for statement in NAMING_THEIR_PERSON {
        sqlx::query(*statement).bind(of(user)).execute(write.connection()).await?;
    }
    let families: Vec<(String, String)> = query_as(
        "UPDATE refresh_families SET revoked = 1 WHERE user_id = $1 AND sid <> $2 AND revoked = 0 RETURNING family, sid",
    )
    .bind(user.to_string())
    .bind(kept_sid)
    .fetch_all(write.connection())
    .await?;
    let (families, sids): (Vec<_>, Vec<_>) = families.into_iter().map(|(family, sid)| ((family,), sid)).unzip();
    refuse_tokens(write, families, ending.refused_until).await?;
    // Tokens may outlive the browser's sign-on that they were granted in.
    let sids: BTreeSet<String> = sign_ons.into_iter().map(|(sid,)| sid).chain(sids).collect();
    for sid in &sids {
        mark(write, sid, None).await?;
    }
    Ok(sids.into_iter().collect())
}

/// Marks the clients of a sign-on, or one of them, as to be told: whoever should tell them may end before.
async fn mark(write: &mut Write, sid: &str, client: Option<&str>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sign_on_clients SET ended = 1 WHERE sid = $1 AND ($2 = '' OR client_id = $2)")
        .bind(sid)
        .bind(client.unwrap_or_default())
        .execute(write.connection())
        .await
        .map(drop)
}

/// Marks them, and says so to who tells them.
pub(crate) async fn ended(write: &mut Write, sid: String, client: Option<String>) -> Result<(), sqlx::Error> {
    mark(write, &sid, client.as_deref()).await?;
    write.tell(Change::SignOnEnded { sid, client });
    Ok(())
}

/// Writes a statement about what rests on an upstream session: by its id where that is there, else by its subject, so
/// that an index leads to the rows.
macro_rules! of_upstream {
    ($sid:expr, $before:literal, $after:literal) => {
        match $sid {
            Some(_) => concat!($before, "upstream_sid = $1 AND ($2 = '' OR upstream_subject = $2)", $after),
            None => concat!($before, "upstream_subject = $2 AND $1 = ''", $after),
        }
    };
}

/// Ends the sign-ons that rest on a session at an upstream provider, with their refresh tokens and access tokens, and
/// tokens that outlived such a sign-on; their clients are told. The sign-ons (`sid`) that ended.
pub(crate) async fn sign_ons_of_upstream(
    write: &mut Write,
    sid: Option<&Digest>,
    subject: Option<&Digest>,
    now: i64,
) -> Result<Vec<String>, sqlx::Error> {
    if sid.is_none() && subject.is_none() {
        return Ok(Vec::new());
    }
    let ended: Vec<(String,)> = query_as(of_upstream!(sid, "DELETE FROM sign_ons WHERE ", " RETURNING sid"))
        .bind(sid.map(Digest::as_str).unwrap_or_default())
        .bind(subject.map(Digest::as_str).unwrap_or_default())
        .fetch_all(write.connection())
        .await?;
    let ended: Vec<String> = ended.into_iter().map(|(sid,)| sid).collect();
    for sid in &ended {
        let families: Vec<(String,)> =
            query_as("UPDATE refresh_families SET revoked = 1 WHERE sid = $1 AND revoked = 0 RETURNING family")
                .bind(sid)
                .fetch_all(write.connection())
                .await?;
        refuse_tokens(write, families, now.saturating_add(refresh::MARKER_LIFETIME)).await?;
        self::ended(write, sid.clone(), None).await?;
    }
    let outlived: Vec<(String, String, String)> = query_as(of_upstream!(
        sid,
        "UPDATE refresh_families SET revoked = 1 WHERE ",
        " AND revoked = 0 RETURNING family, sid, client_id"
    ))
    .bind(sid.map(Digest::as_str).unwrap_or_default())
    .bind(subject.map(Digest::as_str).unwrap_or_default())
    .fetch_all(write.connection())
    .await?;
    for (family, sid, client) in outlived {
        refuse_tokens(write, vec![(family,)], now.saturating_add(refresh::MARKER_LIFETIME)).await?;
        self::ended(write, sid, Some(client)).await?;
    }
    Ok(ended)
}

/// Ends the API keys of somebody who may not come in, or whose keys may be in other hands.
pub(crate) async fn api_keys(write: &mut Write, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM api_keys WHERE user_id = $1")
        .bind(user.to_string())
        .execute(write.connection())
        .await
        .map(drop)
}

/// Refuses the access tokens of families that were just revoked, and tells of it.
pub(crate) async fn refuse_tokens(write: &mut Write, families: Vec<(String,)>, until: i64) -> Result<(), sqlx::Error> {
    for mark in families.iter().flat_map(|(family,)| Granted::marks_of_family(family)) {
        refresh::refuse(write.connection(), &mark, until).await?;
        write.tell(Change::TokenRevoked(mark));
    }
    Ok(())
}

/// Ends what was granted for one organization, of which its clients are told: the person stays, and so does the rest of
/// theirs. API keys go with the membership's row, and the access of sessions with the news of the change.
pub(crate) async fn in_organization(
    write: &mut Write,
    user: UserId,
    organization: OrgId,
    now: i64,
) -> Result<(), sqlx::Error> {
    let held: Vec<(String, String, Option<String>)> = query_as(
        "SELECT DISTINCT t.family, f.sid, f.client_id FROM refresh_tokens t
         JOIN refresh_families f ON f.family = t.family AND f.revoked = 0
         JOIN organizations o ON o.id = $2
         WHERE t.record LIKE $1
           AND (t.record LIKE '%\"organization\":\"' || o.slug || '\"%'
                OR t.record LIKE '%\"organization\":\"' || o.id || '\"%')",
    )
    .bind(of(user))
    .bind(organization.to_string())
    .fetch_all(write.connection())
    .await?;
    let (mut families, mut holders) = (Vec::new(), BTreeSet::new());
    for (family, sid, client) in held {
        refresh::revoke(write.connection(), &family, now).await?;
        families.push((family,));
        holders.extend(client.map(|client| (sid, client)));
    }
    for (sid, client) in holders {
        ended(write, sid, Some(client)).await?;
    }
    refuse_tokens(write, families, now.saturating_add(refresh::MARKER_LIFETIME)).await
}

/// Statements that take what was granted to a person, or by them, and is not a token yet.
const NAMING_THEIR_PERSON: &[&str] =
    &["DELETE FROM authorization_codes WHERE record LIKE $1", "DELETE FROM device_codes WHERE decision LIKE $1"];

/// What a record of this person holds and no other: inside a text the quotation marks would be escaped.
fn of(user: UserId) -> String {
    format!("%\"user\":\"{user}\"%")
}
