//! The relying party: sign-in at identity providers, sign-out, and the routes of a session.
//!
//! Code flow with PKCE S256, `state` and `nonce` bound to the browser's session, the issuer of the
//! answer compared (RFC 9207), the ID token verified by the same code as access tokens, the session
//! id new at every sign-in. Requests may be pushed (RFC 9126), codes and tokens be bound to a key (DPoP, RFC 9449):
//! [`crate::oauth_client`] speaks to the provider as a client does. A provider without ID tokens ([`Protocol::OAuth2`]) is asked who
//! came with the access token.
//!
//! Whoever cancels at a provider comes back to the sign-in page with `error=access_denied`.
//!
//! | route | |
//! | --- | --- |
//! | `GET /auth/login?provider=ID&return_to=/path` | begins |
//! | `GET /auth/login?email=…&return_to=/path`, and as a form by `POST` | begins at the provider of the address ([`Login::with_enterprise`]) |
//! | `GET /auth/callback/{provider}` | ends the flow |
//! | `POST /auth/logout` | ends the session, at the provider too where it can be |
//! | `POST /auth/backchannel-logout/{provider}` | the provider ends sessions |
//! | `GET /auth/session?org=ORG` | who is signed in, with which rights there |
//! | `POST /auth/organization` | switches |
//! | `GET /auth/events?org=ORG` | the same, live |
//! | `GET /auth/sessions`, `DELETE /auth/sessions/{id}` | one's own sessions |
//! | `GET /auth/strategies` | the ways to sign in, for the sign-in page |
//! | `POST /auth/strategies/{id}` | signs in by a form with address and password, where a strategy has one |

mod arrival;
mod back_channel;
mod email_domain;
mod enterprise;
mod enterprise_preview;
mod exchange;
mod id_token;
mod logout_token;
mod metadata;
mod openid;
mod protocol;
mod provider;
mod providers;
mod relying_party;
mod route;
mod snapshot;
mod strategies;
mod strategy;
mod upstream;
mod userinfo;
mod vouched;

pub use back_channel::BackChannel;
pub(crate) use back_channel::Unreachable;
pub use email_domain::EmailDomain;
pub use enterprise_preview::EnterprisePreview;
pub use metadata::ProviderMetadata;
pub(crate) use metadata::{DiscoveryError, discover};
pub use protocol::{OAuth2Endpoints, Protocol};
pub use provider::{EndSignOn, IdentityProvider, JustInTimeConfig};
pub use relying_party::{Login, LoginConfig, LoginParts};
pub use snapshot::snapshot;
pub use strategy::{Authenticated, PasswordAttempt, RegisterError, Strategy, StrategyError, StrategyKind};
pub use upstream::{
    Upstream, UpstreamAnswer, UpstreamDeparture, UpstreamError, UpstreamPending, UpstreamPerson, UpstreamRequest,
};
