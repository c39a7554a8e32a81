//! What we add: the session with its refresh, every gate, and the switcher.

use leptos::prelude::*;
use portcullis_frontend::{
    Can, CanButton, HasRole, Mode, OrgSwitcher, OutcomeOfSession, SignIn, SignedIn, SignedOut, UserMenu, keep_fresh,
    provide_access, require_permission,
};

use crate::permissions::{INVOICES_PAY, INVOICES_VIEW, VOCABULARY};

/// The session, kept fresh, and one of each gate.
#[component]
pub fn Gates() -> impl IntoView {
    provide_access(VOCABULARY);
    let outcome = keep_fresh();
    view! {
        <SignedOut><SignIn/></SignedOut>
        <SignedIn><UserMenu/></SignedIn>
        <p hidden=move || matches!(outcome.get(), OutcomeOfSession::Ongoing)>"You were signed out."</p>
        <Can permission=INVOICES_VIEW><a href="/invoices">"Invoices"</a></Can>
        <Can permission=INVOICES_PAY mode=Mode::Explain><a href="/pay">"Pay"</a></Can>
        <Can permission=INVOICES_PAY mode=Mode::Disable fallback="Limits"><a href="/limits">"Limits"</a></Can>
        <CanButton permission=INVOICES_PAY label="Pay"/>
        <HasRole role="ORG_ADMIN"><a href="/members">"Members"</a></HasRole>
        <Payments/>
    }
}

#[require_permission("invoices:pay")]
#[component]
fn Payments() -> impl IntoView {
    view! { <h2>"Payments"</h2> }
}

/// The same with the switcher.
#[component]
pub fn GatesAndSwitcher() -> impl IntoView {
    view! { <Gates/> <OrgSwitcher/> }
}
