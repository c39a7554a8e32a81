//! The data of the pages: one function per need, the same on both sides.
//!
//! The server asks the [`crate::model::PortalData`] of the request; the browser asks the API.

#[cfg(not(feature = "ssr"))]
mod browser;
mod load;
#[cfg(feature = "ssr")]
mod server;

#[cfg(not(feature = "ssr"))]
use browser as side;
#[cfg(feature = "ssr")]
use server as side;

pub(crate) use load::{LoadedBlock, LoadedPage, is_compact, load_block, load_draft, load_page, load_shell};
