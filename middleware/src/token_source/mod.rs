//! Access tokens for calls of our own to other services: as ourselves, or on behalf of somebody.
//!
//! - Client credentials (RFC 6749 section 4.4): [`TokenSource::token`], kept until shortly before it ends, asked
//!   for once for all who wait, apart for each [`TokenRequest`]. What failed is not kept.
//! - Token exchange (RFC 8693): [`TokenSource::exchange`], for a call that a person's request brings about.
//!
//! ```
//! use portcullis_core::Secret;
//! use portcullis_middleware::{
//!     Clock,
//!     login::BackChannel,
//!     oauth_client::{AccessToken, ClientAuthentication},
//!     token_source::{TokenRequest, TokenSource, TokenSourceConfig, TokenSourceError},
//! };
//!
//! fn at_the_warehouse(http: reqwest::Client, secret: String) -> Result<TokenSource, url::ParseError> {
//!     Ok(TokenSource::new(TokenSourceConfig {
//!         token_endpoint: "https://id.example.com/oauth/token".parse()?,
//!         client_id: "orders".to_owned(),
//!         authentication: ClientAuthentication::SecretBasic(Secret::new(secret)),
//!         proof_key: None,
//!         back_channel: BackChannel::Http(http),
//!         clock: Clock::system(),
//!     }))
//! }
//!
//! // Whoever has it calls the warehouse by `AccessToken::call`.
//! async fn for_stock(tokens: &TokenSource) -> Result<AccessToken, TokenSourceError> {
//!     tokens.token(&TokenRequest::default().with_scopes(["stock:view"]).with_organization("acme")).await
//! }
//! ```

mod error;
mod exchange;
mod request;
mod source;

pub use error::TokenSourceError;
pub use exchange::OnBehalfOf;
pub use request::TokenRequest;
pub use source::{TokenSource, TokenSourceConfig};
