//! The pages.

mod content;
mod editor;
mod landing;
mod list;
mod not_found;
mod save;
mod search;

pub(super) use content::ContentPage;
pub(super) use editor::PageEditor;
pub(super) use landing::LandingPage;
pub(super) use list::PageList;
pub(super) use not_found::NotFoundPage;
pub(super) use search::SearchPage;
