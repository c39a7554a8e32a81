//! `decide`: total, pure, and the only place where access is decided.

use super::{Decision, Denial, Missing};
use crate::{GrantSet, Requirement};

/// Where the caller stands.
#[derive(Clone, Copy, Debug)]
pub enum Standing<'a> {
    /// Nobody is signed in.
    Anonymous,
    /// In an organization, with these grants.
    Member(&'a GrantSet),
    /// Signed in, in no organization: no role and no permission is held.
    SignedIn,
}

/// Decides whether the standing meets the requirement.
///
/// Denies by default: what is not granted is not held, and an empty list holds for nobody.
/// Allocates only to say what is missing.
///
/// ```
/// use portcullis_core::{decide, Decision, Denial, Requirement, Standing};
/// assert_eq!(decide(Standing::SignedIn, &Requirement::Login), Decision::Allow);
/// assert_eq!(decide(Standing::Anonymous, &Requirement::Login), Decision::Deny(Denial::Anonymous));
/// ```
#[inline]
pub fn decide(standing: Standing<'_>, requirement: &Requirement) -> Decision {
    if holds(standing, requirement) { Decision::Allow } else { Decision::Deny(explain(standing, requirement)) }
}

fn holds(standing: Standing<'_>, requirement: &Requirement) -> bool {
    match (requirement, standing) {
        (Requirement::Public, _) => true,
        (_, Standing::Anonymous) => false,
        (Requirement::Login, _) => true,
        (Requirement::Permission(permission), Standing::Member(grants)) => grants.has_permission(*permission),
        (Requirement::Role(role), Standing::Member(grants)) => grants.has_role(role),
        (Requirement::Permission(_) | Requirement::Role(_), Standing::SignedIn) => false,
        (Requirement::All(parts), _) => !parts.is_empty() && parts.iter().all(|part| holds(standing, part)),
        (Requirement::Any(parts), _) => parts.iter().any(|part| holds(standing, part)),
        (Requirement::Not(parts), _) => !parts.is_empty() && !parts.iter().any(|part| holds(standing, part)),
    }
}

#[cold]
fn explain(standing: Standing<'_>, requirement: &Requirement) -> Denial {
    match standing {
        Standing::Anonymous => Denial::Anonymous,
        Standing::Member(_) | Standing::SignedIn => Denial::Lacking(missing(standing, requirement)),
    }
}

fn missing(standing: Standing<'_>, requirement: &Requirement) -> Missing {
    let mut all = Missing::default();
    match requirement {
        Requirement::Permission(permission) => all.permissions.push(*permission),
        Requirement::Role(role) => all.any_of_roles.push(role.clone()),
        Requirement::All(parts) | Requirement::Any(parts) => {
            for part in parts.iter().filter(|part| !holds(standing, part)) {
                all.absorb(missing(standing, part));
            }
        }
        Requirement::Login | Requirement::Not(_) | Requirement::Public => {}
    }
    all
}
