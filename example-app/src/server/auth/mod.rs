//! Who may say who people are, and what follows from it: provider, relying party, gate.

mod connections;
mod entitlements;
mod grants;
mod issuers;
mod provider_pages;
mod providers;
mod refusal_pages;
mod sign_in;

pub(super) use connections::services;
pub(super) use entitlements::DirectoryEntitlements;
pub(super) use grants::grant_sources;
pub(super) use issuers::{ProviderRevocations, trusted_issuers};
pub(super) use provider_pages::PortalProviderPages;
pub(super) use providers::{identity_providers, portal_client};
pub(super) use refusal_pages::PortalRefusalPages;
pub(super) use sign_in::{Choices, sign_in};

/// The embedded provider's id in URLs and in the configuration.
pub(super) const LOCAL: &str = "local";

/// Our own OAuth client at the embedded authorization server.
pub(super) const PORTAL_CLIENT: &str = "portal";

/// What it is called there.
const PORTAL_NAME: &str = "Portcullis portal";
