//! The one verb: does this standing meet this requirement, and if not, what is missing?

mod decide;
mod denial;

pub use decide::{Standing, decide};
pub use denial::{Decision, Denial, Missing};
