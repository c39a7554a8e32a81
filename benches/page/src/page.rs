//! The page: navigation, headings, filters, and a table of forty invoices.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};
use portcullis_frontend::provide_access;

use crate::{
    gates::{Gates, action, button, section},
    session::{
        AUDIT_VIEW, INVOICES_DOWNLOAD, INVOICES_PAY, MEMBERS_MANAGE, MEMBERS_VIEW, ORDERS_VIEW, PAGES_EDIT,
        SERVICES_VIEW, TICKETS_VIEW, VOCABULARY,
    },
};

/// The application with its one page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if use_context::<Gates>().unwrap_or_default() != Gates::None {
        provide_access(VOCABULARY);
    }
    view! {
        <Title text="Invoices · Acme Manufacturing"/>
        <Router>
            <Routes fallback=|| "Nothing here.">
                <Route path=path!("/o/:org/invoices") view=Invoices ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}

#[component]
fn Invoices() -> impl IntoView {
    let gates = use_context::<Gates>().unwrap_or_default();
    view! {
        <a class="skip" href="#content">"Skip to the content"</a>
        <header class="topbar">
            <a class="brand" href="/" rel="external" aria-label="Portcullis: start page">"Portcullis"</a>
            <form class="search" role="search" method="get" action="/o/acme/search">
                <input type="search" name="q" placeholder="Search pages" aria-label="Search pages"/>
            </form>
        </header>
        <aside class="sidebar" aria-label="Main">
            <ul>
                <li><a class="nav-link" href="/o/acme/invoices" aria-current="page">"Invoices"</a></li>
                // Eight gates in the navigation.
                <li>{action(gates, ORDERS_VIEW, "/o/acme/orders", "Orders")}</li>
                <li>{action(gates, TICKETS_VIEW, "/o/acme/tickets", "Tickets")}</li>
                <li>{action(gates, SERVICES_VIEW, "/o/acme/services", "Services")}</li>
                <li>{action(gates, MEMBERS_VIEW, "/o/acme/members", "Members")}</li>
                <li>{action(gates, MEMBERS_MANAGE, "/o/acme/roles", "Roles")}</li>
                <li>{action(gates, AUDIT_VIEW, "/o/acme/audit", "Audit trail")}</li>
                <li>{action(gates, PAGES_EDIT, "/o/acme/pages", "Edit pages")}</li>
                <li>{action(gates, INVOICES_DOWNLOAD, "/o/acme/invoices.csv", "Download")}</li>
            </ul>
        </aside>
        <main class="content" id="content" tabindex="-1">
            <h1>"Invoices"</h1>
            <p class="lead">"What Acme Manufacturing was billed, the latest first."</p>
            // Two more around sections.
            {section(gates, "FINANCE", "Open in all", "EUR 48,213.70")}
            {section(gates, "ORG_ADMIN", "Limit", "EUR 100,000.00")}
            <table class="table">
                <caption>"Invoices"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Number"</th>
                        <th scope="col">"Customer"</th>
                        <th scope="col">"Issued"</th>
                        <th scope="col">"Due"</th>
                        <th scope="col">"Amount"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Action"</th>
                    </tr>
                </thead>
                <tbody>{(0..40).map(|row| line(gates, row)).collect_view()}</tbody>
            </table>
        </main>
    }
}

/// One invoice; every fourth is still to be paid, which makes ten gates.
fn line(gates: Gates, row: usize) -> impl IntoView {
    let number = format!("INV-{:05}", 10_400 + row);
    let due = row.is_multiple_of(4);
    view! {
        <tr data-state=if due { "open" } else { "paid" }>
            <th scope="row"><a href=format!("/o/acme/invoices/{number}")>{number.clone()}</a></th>
            <td>{CUSTOMERS.get(row % CUSTOMERS.len()).copied()}</td>
            <td><time datetime=format!("2025-03-{:02}", row % 28 + 1)>{format!("{} Mar 2025", row % 28 + 1)}</time></td>
            <td><time datetime=format!("2025-04-{:02}", row % 28 + 1)>{format!("{} Apr 2025", row % 28 + 1)}</time></td>
            <td class="number">{format!("EUR {}.{:02}", 130 + row * 37, row * 7 % 100)}</td>
            <td><span class="status">{if due { "Open" } else { "Paid" }}</span></td>
            <td>{due.then(|| view! {
                <form method="post" action=format!("/api/o/acme/invoices/{number}/pay")>
                    {button(gates, INVOICES_PAY, "Pay", number.clone())}
                </form>
            })}</td>
        </tr>
    }
}

const CUSTOMERS: [&str; 5] =
    ["Northwind Traders", "Contoso Ltd.", "Fabrikam & Sons", "Litware Inc.", "Adventure Works Cycles"];
