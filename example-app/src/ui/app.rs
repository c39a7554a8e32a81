//! The root of the application: access, routes, and the notice that the session has ended.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use portcullis_frontend::{OutcomeOfSession, keep_fresh, provide_access};

use super::{
    demo::provide_demo,
    frame::Frame,
    page::{ContentPage, LandingPage, NotFoundPage, PageEditor, PageList, SearchPage},
};
use crate::permissions::VOCABULARY;

/// The portal.
///
/// Every page renders whole before its first byte is sent, so that its status can be set.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_access(VOCABULARY);
    provide_demo();
    let outcome = keep_fresh();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Portcullis".to_owned() } else { title }/>
        <SignedOutNotice outcome/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=LandingPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("/o/:org") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("/search") view=SearchPage ssr=SsrMode::Async/>
                    <Route path=path!("/pages") view=PageList ssr=SsrMode::Async/>
                    <Route path=path!("/pages/:slug/edit") view=PageEditor ssr=SsrMode::Async/>
                    <Route path=path!("/:slug") view=ContentPage ssr=SsrMode::Async/>
                    <Route path=path!("") view=ContentPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
    .into_any()
}

/// Says that the session is over, and leads to the landing page.
#[component]
fn SignedOutNotice(outcome: ReadSignal<OutcomeOfSession>) -> impl IntoView {
    Effect::new(move || {
        if matches!(outcome.get(), OutcomeOfSession::SignedOut(_)) {
            let leave = || {
                // A browser that refuses to navigate still shows the notice.
                window().location().set_href("/").ok();
            };
            set_timeout(leave, std::time::Duration::from_millis(2500));
        }
    });
    move || match outcome.get() {
        OutcomeOfSession::Leaving | OutcomeOfSession::Ongoing => None,
        OutcomeOfSession::SignedOut(reason) => {
            let why = if reason.is_empty() || reason.starts_with('{') { String::new() } else { format!(": {reason}") };
            Some(view! {
                <div class="notice notice-signed-out" role="alert" data-part="signed-out">
                    <strong>{format!("You were signed out{why}.")}</strong>
                    <a href="/" rel="external">"Go to the start page"</a>
                </div>
            })
        }
    }
}
