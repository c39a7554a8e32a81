//! Third-party services that people connect, and tokens to call them with on their behalf.
//!
//! The person is signed in here and goes to the service and back: code flow with PKCE S256, `state` bound to the
//! session and the person in it, the issuer of the answer compared where it is known (RFC 9207). The tokens
//! stay on the server; [`Connections::token`] hands one out for a call and keeps it fresh.
//!
//! | route | |
//! | --- | --- |
//! | `GET /auth/connections` | one's own: `provider`, `label`, `scopes`, `since`, `state` |
//! | `GET /auth/connections/{provider}/connect?scopes=a+b&return_to=/path` | connects, or widens the scopes |
//! | `GET /auth/connections/{provider}/callback` | ends the flow: back to `return_to` with `connection=connected`, `cancelled` or `failed` |
//! | `DELETE /auth/connections/{provider}`, `POST …/disconnect` for forms | revokes the tokens there, and forgets them |

mod error;
mod renew;
mod route;
mod service;
mod services;

pub use error::ConnectionError;
pub use service::{ConnectionEndpoints, ConnectionProvider};
pub use services::{Connections, ConnectionsParts};
