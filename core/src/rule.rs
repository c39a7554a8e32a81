//! Requirements with a name: what attributes generate and a person can write by hand.

use std::fmt;

use crate::Requirement;

/// A requirement known at compile time, as a type.
///
/// The attributes write a hidden one for each item; `requirement!` gives one a name, which makes
/// its proof something a data function can demand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an access rule",
    note = "declare one: `requirement! {{ pub PayInvoices = permission(\"invoices:pay\"); }}`"
)]
pub trait Rule: Send + Sync + 'static {
    /// What it demands.
    const REQUIREMENT: &'static Requirement;
}

/// What a route, page or server function decided about access, as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Open to everyone, for the reason given.
    Public {
        /// Why nobody needs to be asked.
        reason: &'static str,
    },
    /// Guarded.
    Required(Requirement),
}

/// The decision that everybody may pass, which needs a reason.
pub trait Public: Send + Sync + 'static {
    /// Why.
    const REASON: &'static str;
}

impl Access {
    /// The requirement, where an open item demands nothing.
    #[must_use]
    pub const fn requirement(&self) -> &Requirement {
        match self {
            Self::Public { .. } => &Requirement::Public,
            Self::Required(requirement) => requirement,
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public { reason } => write!(f, "public: {reason}"),
            Self::Required(requirement) => write!(f, "{requirement:?}"),
        }
    }
}
