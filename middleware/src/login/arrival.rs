//! Somebody comes back from a provider: the answer is the provider's, and the person known here.

use portcullis_core::{ProblemKind, principal::User, role::ClaimedGrants};

use super::{Protocol, exchange::Sent, provider::Known, relying_party::Inner, vouched::Vouched};
use crate::{
    Rejection,
    port::{ExternalLogin, JustInTime},
};

/// Somebody whom a provider vouches for, as the directory knows them.
pub(super) struct Arrived {
    pub(super) vouched: Vouched,
    /// The grants that the provider stated.
    pub(super) claimed: ClaimedGrants,
    pub(super) user: User,
}

impl Known {
    /// RFC 9207: compared where it is given and an issuer is known, missed where it was promised.
    pub(super) async fn is_issuer_of(&self, iss: Option<&str>) -> Result<(), Rejection> {
        let refused = |detail: &'static str| Err(Rejection::new(ProblemKind::RequestInvalid).with_detail(detail));
        let promised = match self.config.protocol {
            Protocol::OAuth2(_) => false,
            Protocol::OpenIdConnect => {
                let found = self.found().await.map_err(|_| Rejection::new(ProblemKind::Unavailable))?;
                found.metadata.authorization_response_iss_parameter_supported
            }
        };
        match iss {
            Some(iss) if self.config.has_issuer() && *iss != self.config.issuer => {
                refused("the answer names another issuer")
            }
            None if promised => refused("the answer does not name its issuer"),
            _ => Ok(()),
        }
    }
}

impl Inner {
    /// Exchanges the code, finds out who came with it, enforces single sign-on, and reconciles the person.
    pub(super) async fn arrive(&self, known: &Known, sent: &Sent<'_>, code: String) -> Result<Arrived, Rejection> {
        let mut vouched = self.vouch(known, sent, code).await?;
        self.enforce_single_sign_on(known, &vouched).await?;
        let claimed = known.config.claims.read(&vouched.claims);
        let membership = known.believe(&mut vouched).or_else(|| configured_membership(known, &claimed));
        let login = ExternalLogin {
            subject: vouched.subject.clone(),
            email: vouched.email.clone(),
            email_verified: vouched.email_verified,
            name: vouched.name.clone(),
            membership,
        };
        let user = self.people.reconcile(&login).await?;
        Ok(Arrived { vouched, claimed, user })
    }
}

/// The membership that every login at this provider brings about.
fn configured_membership(known: &Known, claimed: &ClaimedGrants) -> Option<JustInTime> {
    known.config.just_in_time.as_ref().map(|config| {
        let stated = claimed.by_organization.get(&config.organization).map(|set| set.roles.clone()).unwrap_or_default();
        let roles = config.roles.iter().chain(&claimed.everywhere.roles).cloned().chain(stated).collect();
        JustInTime {
            organization: config.organization.clone(),
            roles,
            provider: known.config.id.as_ref().into(),
            makes_membership: true,
        }
    })
}
