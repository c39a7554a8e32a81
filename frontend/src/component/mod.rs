//! Components. Each works as plain HTML first and is upgraded in place by the browser's module.
#![expect(unreachable_pub, reason = "`#[component]` repeats the visibility on an inner function")]

mod access_denied;
mod can;
mod can_button;
mod has_role;
mod org_switcher;
mod sign_in;
mod sign_out;
mod signed_in;
mod signed_out;
mod user_menu;

pub use access_denied::AccessDenied;
pub use can::{Can, Mode};
pub use can_button::CanButton;
pub use has_role::HasRole;
pub use org_switcher::OrgSwitcher;
pub use sign_in::SignIn;
pub use sign_out::SignOut;
pub use signed_in::SignedIn;
pub use signed_out::SignedOut;
pub use user_menu::UserMenu;
