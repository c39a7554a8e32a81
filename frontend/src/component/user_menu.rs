//! The menu of the signed-in person: who they are, and the way out.

use leptos::prelude::*;
use portcullis_core::{RoleName, access::UserSummary};

use super::SignOut;
use crate::{
    markup::{Element, follow},
    platform::uppercase,
    use_access,
};

/// A disclosure with the person's name, address, roles here, links of the application, and the sign-out.
#[component]
pub fn UserMenu(
    /// Links of the application, above the sign-out.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let access = use_access();
    follow(move || {
        let (user, roles) = access.with_session(|session| (session.user.clone(), session.roles.clone()));
        match user {
            Some(user) => menu(user, &roles.unwrap_or_default(), children.as_ref()),
            None => ().into_any(),
        }
    })
}

fn menu(user: UserSummary, roles: &[RoleName], children: Option<&ChildrenFn>) -> AnyView {
    let summary = Element::new("summary")
        .class("pc-menu-trigger")
        .attribute("aria-label", ["Account of ", &user.name].concat())
        .child(Element::new("span").class("pc-avatar").attribute("aria-hidden", "true").child(initials(&user.name)));
    let chips = roles.iter().map(|role| Element::new("span").class("pc-chip").child(role.to_string()));
    let person = Element::new("div")
        .class("pc-menu-person")
        .child(Element::new("strong").child(user.name))
        .child(Element::new("span").child(user.email))
        .child(Element::new("span").class("pc-chips").children(chips));
    let body = Element::new("div")
        .class("pc-popover pc-menu-body")
        .child(person)
        .children(children.map(|children| children()))
        .child(view! { <SignOut class="pc-menu-item"/> }.into_any());
    Element::new("details")
        .class("pc-menu")
        .attributes(&[("data-part", "user-menu"), ("name", "pc-topbar")])
        .child(summary)
        .child(body)
        .into_any()
}

/// At most two initials.
fn initials(name: &str) -> String {
    let letters: String = name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    uppercase(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_at_most_two() {
        assert_eq!(initials("Ada Maria Lovelace"), "AM");
        assert_eq!(initials("éva"), "É");
        assert_eq!(initials(""), "");
    }
}
