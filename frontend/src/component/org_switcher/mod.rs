//! The organization switcher: a disclosure of links that script turns into a dialog with a filtered list.

mod choice;
mod note;
mod recent;
mod switch;
mod switcher;
mod view;

pub use view::OrgSwitcher;
