//! The portal's API: one resource a file, each handler with its own decision.

mod answer;
mod audit;
mod block;
mod invoices;
mod members;
mod notifications;
mod orders;
mod pages;
mod payments;
mod roles;
mod services;
mod settings;
mod shell;
mod state;
mod tickets;

use portcullis_middleware::{
    Router,
    routing::{get, post},
};

pub(super) use answer::{Input, Parameters, list};
pub(super) use state::AppState;

use super::health::health;

/// Every route of the API, under `/api/o/{org}`, and the health checks.
pub(super) fn routes() -> Router<AppState> {
    let organization = Router::new()
        .route("/shell", get(shell::shell))
        .route("/pages", get(pages::list))
        .route("/pages/{slug}", get(pages::view).put(pages::save).delete(pages::delete))
        .route("/pages/{slug}/draft", get(pages::draft))
        .route("/invoices", get(invoices::list))
        .route("/invoices/{id}", get(invoices::find))
        .route("/invoices/{id}/pay", post(invoices::pay))
        .route("/payments", get(payments::summary))
        .route("/tickets", get(tickets::list).post(tickets::create))
        .route("/tickets/{id}/close", post(tickets::close))
        .route("/services", get(services::list))
        .route("/services/{id}/renew", post(services::renew))
        .route("/orders", get(orders::list))
        .route("/notifications", get(notifications::list))
        .route("/notifications/read", post(notifications::mark_all_read))
        .route("/notifications/{id}/read", post(notifications::mark_read))
        .route("/members", get(members::list).post(members::add))
        .route("/members/{id}/roles", post(members::set_roles))
        .route("/members/{id}/remove", post(members::remove))
        .route("/roles", get(roles::list).post(roles::create))
        .route("/roles/{name}", post(roles::set_permissions))
        .route("/settings", get(settings::show).post(settings::save))
        .route("/audit", get(audit::list));
    Router::new().nest("/api/o/{org}", organization).route("/healthz", get(health)).route("/readyz", get(health))
}
