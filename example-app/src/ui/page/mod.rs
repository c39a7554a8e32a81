//! The pages.

mod content;
mod landing;
mod list;
mod not_found;
mod search;

pub(super) use content::ContentPage;
pub(super) use landing::LandingPage;
pub(super) use list::PageList;
pub(super) use not_found::NotFoundPage;
pub(super) use search::SearchPage;
