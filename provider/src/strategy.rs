//! Sign-in with a password as a way to sign in of the relying party, in the same process.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use portcullis_core::{Subject, principal::User};
use portcullis_middleware::{
    login::{Authenticated, PasswordAttempt, Strategy, StrategyError, StrategyKind},
    port::StoreError,
};

use crate::{
    ProviderError,
    endpoint::{Unverified, verify_alone},
    port::Account,
    server::Server,
};

/// Address and password of an account here; see [`Provider::password_strategy`](crate::Provider::password_strategy).
///
/// Guessing is slowed down together with the sign-in form's.
pub struct PasswordStrategy {
    server: Arc<Server>,
    id: String,
    label: String,
    provider: String,
}

impl PasswordStrategy {
    pub(crate) const fn new(server: Arc<Server>, id: String, label: String, provider: String) -> Self {
        Self { server, id, label, provider }
    }
}

#[async_trait]
impl Strategy for PasswordStrategy {
    fn id(&self) -> &str {
        &self.id
    }

    fn label(&self) -> &str {
        &self.label
    }

    fn kind(&self) -> StrategyKind {
        StrategyKind::Password
    }

    fn provider(&self) -> &str {
        &self.provider
    }

    async fn authenticate(&self, attempt: &PasswordAttempt<'_>) -> Result<Authenticated, StrategyError> {
        match verify_alone(&self.server, attempt.head, attempt.email, attempt.password).await {
            Ok(Account { id, email, name, .. }) => {
                let subject = Subject { issuer: self.server.issuer.as_str().into(), id: id.to_string().into() };
                Ok(Authenticated { subject, user: User { id, email: email.into(), name: name.into() } })
            }
            Err(Unverified::Fault(ProviderError::Store(error))) => Err(error.into()),
            Err(Unverified::Fault(error)) => Err(StoreError::new(error).into()),
            Err(Unverified::SecondFactor) => Err(StrategyError::SecondFactor),
            Err(Unverified::Mismatch) => Err(StrategyError::Mismatch),
            Err(Unverified::Throttled(wait)) => {
                Err(StrategyError::Throttled { retry_after: wait.0.try_into().unwrap_or(u32::MAX) })
            }
        }
    }
}

impl fmt::Debug for PasswordStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordStrategy").field("id", &self.id).finish_non_exhaustive()
    }
}
