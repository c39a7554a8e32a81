//! All stores of the authorization server as one bound.

use crate::port::{
    AccountChanges, Accounts, AuthorizationCodes, ClientRegistrations, Clients, Consents, DeviceCodes, Factors,
    Families, InitialAccessTokens, Interactions, OneTimeNames, PasskeyCeremonies, Passkeys, PasswordResets,
    PendingAccounts, PushedRequests, RefreshTokens, SignOnClients, SignOns, SigningKeys, UpstreamLogins,
};

/// Whatever implements every store trait of [`crate::port`]; there is nothing else to implement.
pub trait Stores:
    AccountChanges
    + Accounts
    + AuthorizationCodes
    + ClientRegistrations
    + Clients
    + Consents
    + DeviceCodes
    + Factors
    + Families
    + InitialAccessTokens
    + Interactions
    + OneTimeNames
    + PasskeyCeremonies
    + Passkeys
    + PasswordResets
    + PendingAccounts
    + PushedRequests
    + RefreshTokens
    + SignOnClients
    + SignOns
    + SigningKeys
    + UpstreamLogins
    + 'static
{
}

impl<S> Stores for S where
    S: AccountChanges
        + Accounts
        + AuthorizationCodes
        + ClientRegistrations
        + Clients
        + Consents
        + DeviceCodes
        + Factors
        + Families
        + InitialAccessTokens
        + Interactions
        + OneTimeNames
        + PasskeyCeremonies
        + Passkeys
        + PasswordResets
        + PendingAccounts
        + PushedRequests
        + RefreshTokens
        + SignOnClients
        + SignOns
        + SigningKeys
        + UpstreamLogins
        + 'static
{
}
