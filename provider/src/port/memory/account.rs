//! The memory store's part of sign-up, password reset, and what ends with an account's change.

use async_trait::async_trait;
use portcullis_core::{Secret, UserId};

use super::{MemoryStore, Tables};
use crate::{
    port::{
        Account, AccountChanges, Confirmation, Digest, Ending, Families, Granted, PasswordReset, PasswordResets,
        PendingAccount, PendingAccounts, SignOn, StoreError,
    },
    random,
};

#[async_trait]
impl AccountChanges for MemoryStore {
    async fn set_password(
        &self,
        user: UserId,
        hash: &Secret<String>,
        ending: &Ending,
    ) -> Result<Option<Vec<String>>, StoreError> {
        self.open()?.set_password(user, hash, ending)
    }
}

#[async_trait]
impl Families for MemoryStore {
    async fn insert_family(&self, granted: &Granted, expires_at: i64) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let (latest, family) = (tables.latest, granted.family.clone());
        tables.families.insert(family, granted.clone(), expires_at, latest)
    }
}

#[async_trait]
impl PasswordResets for MemoryStore {
    async fn insert_reset(&self, token: &Digest, reset: &PasswordReset, expires_at: i64) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.password_resets.insert(token.clone(), reset.clone(), expires_at, latest)
    }

    async fn reset(&self, token: &Digest, now: i64) -> Result<Option<PasswordReset>, StoreError> {
        Ok(self.open_at(now)?.password_resets.live(token, now).cloned())
    }

    async fn redeem_reset(
        &self,
        token: &Digest,
        hash: &Secret<String>,
        ending: &Ending,
        now: i64,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let mut tables = self.open_at(now)?;
        let Some(user) = tables.password_resets.live(token, now).and_then(|reset| reset.user) else { return Ok(None) };
        let ended = tables.set_password(user, hash, ending)?;
        if let Some(account) = tables.accounts.get_mut(&user) {
            account.email_verified = true;
        }
        Ok(ended)
    }
}

#[async_trait]
impl PendingAccounts for MemoryStore {
    async fn insert_pending(
        &self,
        token: &Digest,
        pending: &PendingAccount,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        let mut tables = self.open()?;
        let latest = tables.latest;
        tables.pending_accounts.insert(token.clone(), pending.clone(), expires_at, latest)
    }

    async fn pending(&self, token: &Digest, now: i64) -> Result<Option<PendingAccount>, StoreError> {
        Ok(self.open_at(now)?.pending_accounts.live(token, now).cloned())
    }

    async fn confirm_pending(
        &self,
        token: &Digest,
        password_hash: Option<&Secret<String>>,
        now: i64,
    ) -> Result<Confirmation, StoreError> {
        let mut tables = self.open_at(now)?;
        let Some(pending) = tables.pending_accounts.live(token, now).cloned() else { return Ok(Confirmation::Unknown) };
        tables.pending_accounts.records.remove(token);
        if tables.accounts.values().any(|account| account.password_hash.is_some() && account.email == pending.email) {
            return Ok(Confirmation::Taken);
        }
        Self::room_beside(tables.accounts.len())?;
        let account = Account {
            id: UserId::from_uuid(random::uuid().map_err(StoreError::new)?),
            email: pending.email,
            name: pending.name,
            password_hash: Some(password_hash.unwrap_or(&pending.password_hash).clone()),
            email_verified: true,
            disabled: false,
        };
        tables.accounts.insert(account.id, account.clone());
        Ok(Confirmation::Confirmed(account))
    }
}

impl Tables {
    fn set_password(
        &mut self,
        user: UserId,
        hash: &Secret<String>,
        ending: &Ending,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let account = self.accounts.get_mut(&user).filter(|account| account.password_hash.is_some());
        let Some(account) = account else { return Ok(None) };
        account.password_hash = Some(hash.clone());
        self.password_resets.records.retain(|_, (reset, _)| reset.user != Some(user));
        self.end_everything(user, ending).map(Some)
    }

    /// Ends everything but what is kept; the sign-ons that ended.
    fn end_everything(&mut self, user: UserId, ending: &Ending) -> Result<Vec<String>, StoreError> {
        let kept = |sid: &str| ending.kept_sid.as_deref() == Some(sid);
        let ends = |sign_on: &SignOn| sign_on.user == user && !kept(&sign_on.sid);
        let ended = self.sign_ons.records.extract_if(|_, (sign_on, _)| ends(sign_on));
        let ended = ended.map(|(_, (sign_on, _))| sign_on.sid).collect();
        self.end_families(|granted| granted.user == user && !kept(&granted.sid), ending.refused_until)?;
        Ok(ended)
    }

    /// Ends the families of which this is true; whether there were any.
    pub(super) fn end_families(
        &mut self,
        ends: impl Fn(&Granted) -> bool,
        refused_until: i64,
    ) -> Result<bool, StoreError> {
        self.refresh_tokens.records.retain(|_, (refresh, _)| !ends(&refresh.record));
        let (latest, mut any) = (self.latest, false);
        for (family, _) in self.families.records.extract_if(|_, (granted, _)| ends(granted)) {
            for mark in Granted::marks_of_family(&family) {
                self.revoked_access_tokens.insert(mark, (), refused_until, latest)?;
            }
            any = true;
        }
        Ok(any)
    }
}
