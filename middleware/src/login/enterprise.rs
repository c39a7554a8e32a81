//! Sign-in by organizations' own providers: which one, and where no other will do. Tests: `enterprise.rs`.
//!
//! 1. Identifier first: an address leads to the provider of the organization whose domain it is, to the letter and
//!    not of a sub-domain; any other address to the local provider, in the same form.
//! 2. A forced domain signs in there alone, whichever address another provider states or the directory knows. An
//!    owner by a role granted here may come another way.
//! 3. The provider speaks for its organization's domains and for nobody else's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use portcullis_core::{OrgId, ProblemKind, principal::User};

use super::{EmailDomain, IdentityProvider, Protocol, provider::Known, relying_party::Inner, vouched::Vouched};
use crate::{
    Rejection,
    login::BackChannel,
    oauth_client::PushedRequests,
    port::{EnterpriseConnection, EnterpriseConnections, JustInTime},
    token::ClaimPaths,
};

/// The connections of organizations, and the providers that were needed.
pub(super) struct Enterprise {
    connections: Arc<dyn EnterpriseConnections>,
    known: Mutex<HashMap<OrgId, Arc<Known>>>,
}

impl Enterprise {
    pub(super) fn new(connections: Arc<dyn EnterpriseConnections>) -> Self {
        Self { connections, known: Mutex::default() }
    }

    /// The connection as a provider; metadata and keys stay known while nothing changes.
    fn provider(&self, inner: &Inner, connection: EnterpriseConnection) -> Arc<Known> {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let same =
            |known: &&Arc<Known>| known.enterprise.as_ref().is_some_and(|before| before.version == connection.version);
        if let Some(known) = all.get(&connection.organization).filter(same) {
            return Arc::clone(known);
        }
        let organization = connection.organization;
        let known = Known::new(configured(inner, &connection), inner.http.clone(), inner.clock.clone());
        let known = Arc::new(known.with_enterprise(connection));
        all.insert(organization, Arc::clone(&known));
        known
    }
}

fn configured(inner: &Inner, connection: &EnterpriseConnection) -> IdentityProvider {
    IdentityProvider {
        id: EnterpriseConnection::provider_id(connection.organization).into(),
        label: connection.slug.clone(),
        protocol: Protocol::OpenIdConnect,
        issuer: connection.issuer.clone(),
        client_id: connection.client_id.clone(),
        client_secret: connection.client_secret.clone(),
        scopes: ["email", "profile"].map(str::to_owned).into(),
        claims: ClaimPaths::default(),
        just_in_time: None,
        back_channel: BackChannel::Http(inner.http.clone()),
        end_sign_on: None,
        max_age: None,
        pushed_requests: PushedRequests::OnDemand,
        proof_key: None,
        keys: None,
        domains: Vec::new(),
    }
}

impl Inner {
    /// The provider for an address: its organization's own, one that is configured for its domain, else the local one.
    pub(super) async fn provider_for(&self, email: &str) -> Result<Arc<Known>, Rejection> {
        let Some(domain) = EmailDomain::of(email) else { return self.provider(None).await };
        match self.provider_of_domain(&domain).await? {
            Some(known) => Ok(known),
            None => self.provider(None).await,
        }
    }

    /// The provider of a domain: its organization's own, or one that is configured for it.
    pub(super) async fn provider_of_domain(&self, domain: &EmailDomain) -> Result<Option<Arc<Known>>, Rejection> {
        if let Some(enterprise) = self.enterprise.get()
            && let Some(connection) = enterprise.connections.by_domain(domain.as_str()).await?
        {
            return Ok(Some(enterprise.provider(self, connection)));
        }
        match self.of_domain(domain) {
            Some(id) => self.provider(Some(&id)).await.map(Some),
            None => Ok(None),
        }
    }

    /// The provider of an organization, as it is configured now.
    pub(super) async fn provider_of(&self, organization: OrgId) -> Result<Option<Arc<Known>>, Rejection> {
        let Some(enterprise) = self.enterprise.get() else { return Ok(None) };
        let connection = enterprise.connections.by_organization(organization).await?;
        Ok(connection.map(|connection| enterprise.provider(self, connection)))
    }

    /// Refuses whoever has to sign in by their organization's provider and came by another.
    pub(super) async fn enforce_single_sign_on(&self, known: &Known, vouched: &Vouched) -> Result<(), Rejection> {
        if self.enterprise.get().is_none() {
            return Ok(());
        }
        let person = self.people.by_subject(&vouched.subject).await?;
        self.enforce_for(known.enterprise.as_ref(), Some(&vouched.email), person.as_ref()).await
    }

    /// The same for somebody who came by no provider, but by a form here.
    pub(super) async fn enforce_at_form(&self, person: &User) -> Result<(), Rejection> {
        self.enforce_for(None, None, Some(person)).await
    }

    async fn enforce_for(
        &self,
        own: Option<&EnterpriseConnection>,
        stated: Option<&str>,
        person: Option<&User>,
    ) -> Result<(), Rejection> {
        let Some(enterprise) = self.enterprise.get() else { return Ok(()) };
        let addresses = [stated, person.map(|user| user.email.as_ref())];
        for domain in addresses.into_iter().flatten().filter_map(EmailDomain::of) {
            let Some(connection) = enterprise.connections.by_domain(domain.as_str()).await? else { continue };
            let organization = connection.organization;
            if !connection.forced || own.is_some_and(|own| own.organization == organization) {
                continue;
            }
            let owner = match person {
                Some(user) => enterprise.connections.may_break_glass(user.id, organization).await?,
                None => false,
            };
            if !owner {
                tracing::info!(%organization, "single sign-on is forced: refused");
                return Err(Rejection::new(ProblemKind::PermissionDenied)
                    .with_detail("people of this address sign in by their organization's own provider"));
            }
            tracing::warn!(%organization, "an owner signs in beside single sign-on");
        }
        Ok(())
    }
}

impl Known {
    /// What an organization's provider is believed: addresses of the organization's own domains, and the membership
    /// that goes with them.
    pub(super) fn believe(&self, vouched: &mut Vouched) -> Option<JustInTime> {
        let connection = self.enterprise.as_ref()?;
        let preview = connection.preview(&vouched.claims);
        vouched.email_verified = preview.email.is_some();
        Some(connection.membership(preview))
    }
}
