//! Organizations that sign their people in by a provider of their own: settings, domains, and what a login asks.

mod domain;
mod error;
mod login;
mod settings;

pub use domain::EnterpriseDomain;
pub use error::EnterpriseError;
pub use settings::EnterpriseDraft;
