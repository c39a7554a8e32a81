//! The rooms of a request on its way in, in the order of the walk.

pub(crate) mod credential;
pub(crate) mod live;
pub(crate) mod organization;
pub(crate) mod origin;
pub(crate) mod possession;

pub use organization::OrgResolver;
