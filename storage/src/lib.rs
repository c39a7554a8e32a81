//! The stores of Portcullis on SQLite and PostgreSQL: one [`Database`] behind every port.
//!
//! Knows nothing of HTTP and of user interfaces. One SQL text serves both databases, secrets lie
//! here only as digests or sealed by a [`SealingKey`], and what changes access is written together
//! with its audit entry and published on the change bus after the commit.
//!
//! ```
//! use portcullis_core::permission::{Catalogue, PermissionInfo};
//! use portcullis_middleware::port::{ChangeBus, Directory};
//! use portcullis_storage::{Database, SealingKey};
//! # #[derive(Clone, Copy, Debug)] struct Shop;
//! # impl Catalogue for Shop { const ENTRIES: &'static [PermissionInfo] = &[PermissionInfo::new("invoices:view")]; }
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = SealingKey::generate()?;
//! let database = Database::connect("sqlite::memory:", Shop::VOCABULARY, ChangeBus::default(), key).await?;
//!
//! let ada = database.seeder().create_user("ada@acme.example", "Ada", None).await?;
//! let acme = database.seeder().create_organization("acme".parse()?, "Acme").await?;
//! database.seeder().create_role(acme, "ORG_OWNER", "Owner", "", &["invoices:view"]).await?;
//! database.seeder().add_membership(ada, acme, &["ORG_OWNER"]).await?;
//!
//! let roles = database.membership(ada, acme).await?.ok_or("a membership was just made")?;
//! assert!(roles.contains("ORG_OWNER"));
//! # Ok(()) }
//! ```

mod database;
mod engine;
mod migration;
mod seal;
mod stored;

mod news;
mod organization_change;
mod write;

mod directory;
mod enterprise;
mod organization;
mod people;

mod actor;
mod api_key;
mod audit;
mod member;
mod membership;
mod page;
mod role;

mod session;

mod connection;

mod account;
mod client;
mod code;
mod consent;
mod device;
mod factor;
mod interaction;
mod key;
mod known;
mod one_time;
mod passkey;
mod pushed;
mod refresh;
mod registration;
mod sign_on;
mod sign_on_client;
mod together;
mod upstream_login;
mod used_proofs;

mod ending;
mod first_administrator;
mod seed;
mod sweep;

pub use actor::Actor;
pub use api_key::{ApiKey, ApiKeyDraft, ApiKeyError, NewApiKey};
pub use audit::{AuditEntry, AuditNote};
pub use database::{ConnectError, Database};
pub use enterprise::{EnterpriseDomain, EnterpriseDraft, EnterpriseError};
pub use first_administrator::{ClaimError, FirstAdministrator};
pub use member::{Member, MemberError, ORG_OWNER};
pub use migration::Migration;
pub use news::Listening;
pub use organization::OrganizationError;
pub use page::{Mode, Page, PageBlock, PageDraft, PageError};
pub use people::{Credential, CredentialError, PersonError};
pub use role::{RoleDraft, RoleError, RoleRecord};
pub use seal::{SealError, SealingKey};
pub use seed::Seeder;
