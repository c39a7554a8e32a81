//! The relying party: sign-in at identity providers, sign-out, and the routes of a session.
//!
//! Code flow with PKCE S256, `state` and `nonce` bound to the browser's session, the issuer of the
//! answer compared (RFC 9207), the ID token verified by the same code as access tokens, the session
//! id new at every sign-in. The `oauth2` crate speaks to the token endpoint; what it leaves out
//! (`iss`, ID tokens, `azp`, leeway) is here.
//!
//! | route | |
//! | --- | --- |
//! | `GET /auth/login?provider=ID&return_to=/path` | begins |
//! | `GET /auth/callback/{provider}` | ends the flow |
//! | `POST /auth/logout` | ends the session, at the provider too where it can be |
//! | `GET /auth/session?org=ORG` | who is signed in, with which rights there |
//! | `POST /auth/organization` | switches |
//! | `GET /auth/events?org=ORG` | the same, live |
//! | `GET /auth/sessions`, `DELETE /auth/sessions/{id}` | one's own sessions |
//! | `GET /auth/strategies` | the ways to sign in, for the sign-in page |
//! | `POST /auth/strategies/{id}` | signs in by a form with address and password, where a strategy has one |

mod back_channel;
mod exchange;
mod id_token;
mod metadata;
mod provider;
mod providers;
mod relying_party;
mod route;
mod snapshot;
mod strategies;
mod strategy;

pub use back_channel::BackChannel;
pub use metadata::ProviderMetadata;
pub use provider::{EndSignOn, IdentityProvider, JustInTimeConfig};
pub use relying_party::{Login, LoginConfig, LoginParts};
pub use snapshot::snapshot;
pub use strategy::{Authenticated, PasswordAttempt, RegisterError, Strategy, StrategyError, StrategyKind};
