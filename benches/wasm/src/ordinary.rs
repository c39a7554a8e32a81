//! An ordinary application: router, meta, and a list that a server function brings.
#![expect(missing_docs, reason = "`#[server]` writes a public struct of the arguments")]

use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title, provide_meta_context};
use leptos_router::{
    components::{A, Route, Router, Routes},
    path,
};
use serde::{Deserialize, Serialize};

/// One row of the list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invoice {
    /// Its number.
    pub number: String,
    /// What is to be paid, in cents.
    pub amount: u64,
}

/// What the server knows; only its call is part of the module.
///
/// # Errors
/// When the server does not answer.
#[server]
pub async fn invoices(page: u32) -> Result<Vec<Invoice>, ServerFnError> {
    Ok((0..20).map(|row| Invoice { number: format!("{page}-{row}"), amount: 100 }).collect())
}

/// The application.
#[component]
pub fn Ordinary() -> impl IntoView {
    provide_meta_context();
    view! {
        <Stylesheet id="leptos" href="/pkg/app.css"/>
        <Title text="Invoices"/>
        <Router>
            <nav><A href="/">"Home"</A><A href="/list">"List"</A></nav>
            <main>
                <Routes fallback=|| "Page not found.">
                    <Route path=path!("/") view=|| view! { <h1>"Home"</h1> }/>
                    <Route path=path!("/list") view=Invoices/>
                </Routes>
            </main>
        </Router>
    }
}

#[component]
fn Invoices() -> impl IntoView {
    let page = RwSignal::new(1);
    let rows = Resource::new(move || page.get(), invoices);
    view! {
        <h1>"Invoices"</h1>
        <Suspense fallback=|| view! { <p>"Loading…"</p> }>
            {move || Suspend::new(async move {
                rows.await.map(|rows| {
                    rows.into_iter()
                        .map(|row| view! { <li><span>{row.number}</span> <span>{row.amount}</span></li> })
                        .collect_view()
                })
            })}
        </Suspense>
        <button on:click=move |_| *page.write() += 1>"More"</button>
    }
}

/// What stands on every page, open to everybody; `guarded::Gates` puts it behind gates.
#[component]
pub fn Actions() -> impl IntoView {
    view! {
        <a href="/auth/login">"Sign in"</a>
        <p>"Ann Archer"</p>
        <p>"You were signed out."</p>
        <a href="/invoices">"Invoices"</a>
        <a href="/pay">"Pay"</a>
        <a href="/limits">"Limits"</a>
        <button type="submit">"Pay"</button>
        <a href="/members">"Members"</a>
        <h2>"Payments"</h2>
    }
}
