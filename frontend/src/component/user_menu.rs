//! The menu of the signed-in person: who they are, and the way out.

use leptos::prelude::*;

use super::SignOut;
use crate::use_access;

/// A disclosure with the person's name, address, roles here, links of the application, and the sign-out.
#[component]
pub fn UserMenu(
    /// Links of the application, above the sign-out.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let access = use_access();
    let user = Memo::new(move |_| access.session().with(|session| session.user.clone()));
    let roles = move || {
        access.session().with(|session| {
            session
                .roles
                .iter()
                .flatten()
                .map(|role| view! { <span class="pc-chip">{role.to_string()}</span> })
                .collect_view()
        })
    };
    let children = StoredValue::new(children);
    move || {
        user.get().map(|user| {
            view! {
                <details class="pc-menu" data-part="user-menu" name="pc-topbar">
                    <summary class="pc-menu-trigger" aria-label=format!("Account of {}", user.name)>
                        <span class="pc-avatar" aria-hidden="true">{initials(&user.name)}</span>
                    </summary>
                    <div class="pc-popover pc-menu-body">
                        <div class="pc-menu-person">
                            <strong>{user.name}</strong>
                            <span>{user.email}</span>
                            <span class="pc-chips">{roles}</span>
                        </div>
                        {children.with_value(|children| children.as_ref().map(|children| children()))}
                        <SignOut class="pc-menu-item"/>
                    </div>
                </details>
            }
        })
    }
}

/// At most two initials.
fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
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
