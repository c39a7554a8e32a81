//! Ends the sessions and sign-ons that a provider names, and remembers the token that named them.

use portcullis_middleware::port::{Change, ProviderLogout, ProviderLogoutOutcome, SessionHandle, SignedOutReason};
use portcullis_provider::port::Digest;
use sqlx::query_as;

use crate::{Database, ending, write::Write};

impl Database {
    /// In one transaction: a token whose sessions could not be ended has not been used.
    pub(super) async fn end_by_provider(
        &self,
        logout: &ProviderLogout,
        reason: SignedOutReason,
    ) -> Result<ProviderLogoutOutcome, sqlx::Error> {
        let mut write = Write::begin(self).await?;
        let fresh =
            sqlx::query("INSERT INTO logout_tokens (token, expires_at) VALUES ($1, $2) ON CONFLICT (token) DO NOTHING")
                .bind(of_issuer(&logout.issuer, &logout.jti).as_str())
                .bind(logout.remembered_until)
                .execute(write.connection())
                .await?
                .rows_affected();
        if fresh == 0 {
            return Ok(ProviderLogoutOutcome::Replayed);
        }
        let named = |name: &Option<String>| name.as_ref().map(|name| of_issuer(&logout.issuer, name));
        let mut ended: Vec<(String,)> = match (named(&logout.sid), named(&logout.subject)) {
            (Some(sid), None) => {
                query_as("DELETE FROM sessions WHERE provider_sid = $1 RETURNING handle")
                    .bind(sid.as_str())
                    .fetch_all(write.connection())
                    .await?
            }
            (None, Some(subject)) => {
                query_as("DELETE FROM sessions WHERE provider_subject = $1 RETURNING handle")
                    .bind(subject.as_str())
                    .fetch_all(write.connection())
                    .await?
            }
            (Some(sid), Some(subject)) => {
                query_as("DELETE FROM sessions WHERE provider_sid = $1 AND provider_subject = $2 RETURNING handle")
                    .bind(sid.as_str())
                    .bind(subject.as_str())
                    .fetch_all(write.connection())
                    .await?
            }
            (None, None) => Vec::new(),
        };
        let (sid, subject) = (named(&logout.sid), named(&logout.subject));
        let sign_ons = ending::sign_ons_of_upstream(&mut write, sid.as_ref(), subject.as_ref(), self.now()).await?;
        for sid in sign_ons {
            // Sessions here that were begun at the embedded server by that sign-on.
            if let Some(issuer) = &self.local_issuer {
                let begun: Vec<(String,)> = query_as("DELETE FROM sessions WHERE provider_sid = $1 RETURNING handle")
                    .bind(of_issuer(issuer, &sid).as_str())
                    .fetch_all(write.connection())
                    .await?;
                ended.extend(begun);
            }
        }
        let ended: Vec<SessionHandle> = ended.into_iter().map(|(handle,)| SessionHandle::from_text(handle)).collect();
        for session in &ended {
            write.tell(Change::SessionEnded { session: session.clone(), reason });
        }
        write.commit().await?;
        Ok(ProviderLogoutOutcome::Ended(ended))
    }
}

/// What stands in the table in place of a name that an issuer gave. An issuer has no line break, so that two
/// pairs never read the same.
pub(crate) fn of_issuer(issuer: &str, name: &str) -> Digest {
    Digest::of(&format!("{issuer}\n{name}"))
}
