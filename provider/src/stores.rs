//! All stores of the authorization server as one bound.

use crate::port::{
    Accounts, AuthorizationCodes, ClientRegistrations, Clients, DeviceCodes, InitialAccessTokens, Interactions,
    OneTimeNames, PushedRequests, RefreshTokens, SignOnClients, SignOns, SigningKeys,
};

/// Whatever implements every store trait of [`crate::port`]; there is nothing else to implement.
pub trait Stores:
    Accounts
    + AuthorizationCodes
    + ClientRegistrations
    + Clients
    + DeviceCodes
    + InitialAccessTokens
    + Interactions
    + OneTimeNames
    + PushedRequests
    + RefreshTokens
    + SignOnClients
    + SignOns
    + SigningKeys
    + 'static
{
}

impl<S> Stores for S where
    S: Accounts
        + AuthorizationCodes
        + ClientRegistrations
        + Clients
        + DeviceCodes
        + InitialAccessTokens
        + Interactions
        + OneTimeNames
        + PushedRequests
        + RefreshTokens
        + SignOnClients
        + SignOns
        + SigningKeys
        + 'static
{
}
