//! The blocks: each shows one resource, with its data, its actions and its states.

mod audit;
mod dispatch;
mod fields;
mod filter;
mod frame;
mod handle;
mod invoices;
mod members;
mod notifications;
mod orders;
mod payments;
mod roles;
mod services;
mod sessions;
mod settings;
mod tickets;

pub(super) use dispatch::BlockOnPage;
pub(super) use handle::PageChanges;
pub(super) use members::KnownRoles;
