//! Every route, and where a request names its organization.

use http::{HeaderName, HeaderValue, Method, header};
use portcullis_core::rule::Access;
use portcullis_frontend::DecidedServerFn;
use portcullis_middleware::{
    OrgResolver,
    connections::Connections,
    login::Login,
    routing::{RouteTable, Router, get},
};
use tower_http::set_header::SetResponseHeaderLayer;

use super::{
    account,
    api::{self, AppState},
    auth::sign_in,
    pages,
};

/// Every guarded route but the pages: what programs use.
pub(super) fn guarded_routes(login: Router) -> Router<AppState> {
    api::routes().merge(login.with_state(()))
}

/// The pages.
pub(super) fn page_routes() -> Router {
    Router::new()
        .route("/", get(pages::landing))
        .route("/sign-in", get(sign_in))
        .route("/o/{org}", get(pages::page))
        .route("/o/{org}/", get(pages::page))
        .route("/o/{org}/{*rest}", get(pages::page))
}

/// Where a request may name its organization: its path first, so that tabs cannot mix.
pub(super) fn resolvers() -> [OrgResolver; 6] {
    [
        OrgResolver::PathAfter("/o/"),
        OrgResolver::PathAfter("/api/o/"),
        OrgResolver::PathAfter("/account/o/"),
        OrgResolver::Query { path: "/auth/", parameter: "org" },
        OrgResolver::Header(HeaderName::from_static("portcullis-organization")),
        OrgResolver::Claim,
    ]
}

/// What the routers recorded, the server functions with it: the rows of the access matrix.
pub(super) fn route_table() -> RouteTable {
    let (_, mut table) =
        guarded_routes(Login::recorded().merge(Connections::recorded()).merge(account::routes().into_record()))
            .into_parts();
    let (_, pages) = page_routes().into_parts();
    for route in pages.iter() {
        table.note(route.method.clone(), route.path.clone(), route.access.clone());
    }
    for function in DecidedServerFn::all() {
        table.note(Some(Method::POST), (function.path)(), (function.access)());
    }
    table.note(
        None,
        "/oauth/*",
        Access::Public { reason: "the authorization server decides by the standards' own rules" },
    );
    table.note(None, "/.well-known/*", Access::Public { reason: "metadata and keys are public by purpose" });
    table.note(None, "/pkg/*", Access::Public { reason: "the browser's files" });
    table
}

/// What every answer tells the browser, where a room has not said otherwise.
pub(super) fn with_security_headers(router: axum::Router) -> axum::Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::<HeaderValue>::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
}
