//! Identifiers that cannot be mistaken for one another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text was not an identifier.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not an identifier")]
pub struct InvalidId(String);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID; making one is the caller's business (randomness is a parameter).
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID within.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId(text.to_owned()))
            }
        }
    };
}

id! {
    /// An API key, by its public name: it opens nothing.
    ///
    /// ```
    /// use portcullis_core::KeyId;
    /// assert!("pck_0197a1b2".parse::<KeyId>().is_err());
    /// ```
    KeyId
}
id! {
    /// A person's record.
    ///
    /// ```
    /// use portcullis_core::UserId;
    /// let id: UserId = "0197a1b2-0000-7000-8000-000000000001".parse()?;
    /// assert_eq!(id.to_string(), "0197a1b2-0000-7000-8000-000000000001");
    /// # Ok::<(), portcullis_core::id::InvalidId>(())
    /// ```
    UserId
}
id! {
    /// An organization: the tenant boundary.
    ///
    /// ```
    /// use portcullis_core::OrgId;
    /// assert!("acme".parse::<OrgId>().is_err());
    /// ```
    OrgId
}
