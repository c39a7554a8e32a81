//! Guarded server functions: the check that also holds when a page calls one while it renders.

use portcullis_core::{Decision, Denial, ProblemDetails, ProblemKind, Rule, Standing, decide};

use crate::platform;

/// A server function refused its caller.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", .0.title)]
pub struct Refused(Box<ProblemDetails>);

impl Refused {
    /// The refusal as the API would have written it.
    #[must_use]
    pub fn problem(&self) -> &ProblemDetails {
        &self.0
    }
}

/// Decides the rule for the request that is being answered. Nobody knows nobody: outside of a
/// request it refuses.
///
/// # Errors
/// When the caller does not meet the rule. The response's status is set only where the request is
/// the server function's own, so that a page which calls one keeps its own status.
pub async fn check<R: Rule>() -> Result<(), Refused> {
    let context = platform::access_of_request();
    let standing = context.as_ref().map_or(Standing::Anonymous, |context| context.standing());
    let problem = match decide(standing, R::REQUIREMENT) {
        Decision::Allow => return Ok(()),
        Decision::Deny(Denial::Lacking(missing)) => context
            .map_or_else(|| ProblemDetails::new(ProblemKind::Unauthenticated), |context| context.problem(&missing)),
        Decision::Deny(_) => ProblemDetails::new(ProblemKind::Unauthenticated),
    };
    if platform::is_server_fn_request() {
        platform::set_status(problem.status);
    }
    Err(Refused(Box::new(problem)))
}
