//! A way to sign in: what the sign-in page shows of it, and what it finds out.

use std::fmt;

use async_trait::async_trait;
use http::request::Parts;
use portcullis_core::{Secret, Subject, principal::User};

use crate::port::StoreError;

/// A way to sign in, known by its id. Register it with [`Login::register`](super::Login::register).
///
/// Every [`IdentityProvider`](super::IdentityProvider) is one by itself.
///
/// ```
/// use portcullis_middleware::login::{Strategy, StrategyKind};
///
/// /// A page of the application that asks for a passkey.
/// struct Passkey;
///
/// impl Strategy for Passkey {
///     fn id(&self) -> &str {
///         "passkey"
///     }
///     fn label(&self) -> &str {
///         "Sign in with a passkey"
///     }
///     fn kind(&self) -> StrategyKind {
///         StrategyKind::Redirect { url: "/passkey".to_owned() }
///     }
/// }
/// ```
#[async_trait]
pub trait Strategy: Send + Sync {
    /// Its id in URLs: 1 to 63 letters, digits, `-`, `.`, `_` and `~`.
    fn id(&self) -> &str;

    /// Its name on the sign-in page.
    fn label(&self) -> &str;

    /// How it looks there.
    fn kind(&self) -> StrategyKind;

    /// The identity provider whose grant sources count for people who come in so.
    fn provider(&self) -> &str {
        self.id()
    }

    /// Authenticates by address and password. Asked of [`StrategyKind::Password`] alone.
    ///
    /// # Errors
    /// [`StrategyError::Mismatch`] for an unknown address as for a wrong password, and after the same time.
    ///
    /// # Security
    /// Guessing is to be slowed down here: nobody else does.
    async fn authenticate(&self, attempt: &PasswordAttempt<'_>) -> Result<Authenticated, StrategyError> {
        let _no_password_opens_it = attempt;
        Err(StrategyError::Mismatch)
    }
}

/// How a strategy looks on the sign-in page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StrategyKind {
    /// A form with `email`, `password` and `return_to`, posted to `/auth/strategies/{id}`.
    Password,
    /// A link to a path of this origin, with the query parameter `return_to`.
    Redirect {
        /// The path, with its query.
        url: String,
    },
}

/// What somebody typed.
pub struct PasswordAttempt<'a> {
    /// The address, without spaces around it.
    pub email: &'a str,
    /// The password.
    pub password: &'a Secret<String>,
    /// The head of the request, for whatever tells one client from another.
    pub head: &'a Parts,
}

impl fmt::Debug for PasswordAttempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordAttempt")
    }
}

/// Who is at the door.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Who, according to whom.
    pub subject: Subject,
    /// The directory's record.
    pub user: User,
}

/// Nobody came in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StrategyError {
    /// Unknown, or the wrong password.
    #[error("the address or the password is wrong")]
    Mismatch,
    /// Right, and not enough: the person has a second factor, which is asked for elsewhere.
    #[error("a second factor is needed")]
    SecondFactor,
    /// A store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There were too many attempts.
    #[error("too many attempts")]
    Throttled {
        /// How long to wait, in seconds.
        retry_after: u32,
    },
}

/// A strategy or provider cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// It cannot stand in a URL.
    #[error("`{0}` is no id: 1 to 63 letters, digits, `-`, `.`, `_` and `~`")]
    Id(String),
    /// Another provider has it: the people of one would be taken for those of the other.
    #[error("another provider has the issuer `{0}`")]
    Issuer(String),
    /// Another has it.
    #[error("`{0}` is registered already")]
    Taken(String),
}
