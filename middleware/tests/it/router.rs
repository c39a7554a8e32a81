//! The router's record: method, path and rule of every route, however the router was put together.

use portcullis_core::{Requirement, rule::Access};
use portcullis_middleware::{
    Router, public, require_login, require_permission, require_role,
    routing::{RouteTable, get, post},
};

use crate::{
    house::{self, ANN, BOB, Credential, House},
    permissions::{INVOICES_PAY, VOCABULARY},
};

#[require_permission("invoices:view")]
async fn list() -> &'static str {
    "list"
}

#[require_permission("invoices:pay")]
async fn pay() -> &'static str {
    "paid"
}

#[require_role("ORG_ADMIN", "FINANCE")]
#[require_login]
async fn report() {}

#[public("the load balancer asks without a session")]
async fn healthz() -> &'static str {
    "ok"
}

fn invoices() -> Router {
    Router::new().route("/", get(list)).route("/{id}", get(list).post(pay).delete(pay))
}

/// A record in words, a line a route.
fn lines(routes: &RouteTable) -> Vec<String> {
    let line = |route: &portcullis_middleware::routing::RouteRecord| {
        let method = route.method.as_ref().map_or("ANY", http::Method::as_str);
        let rule = match &route.access {
            Access::Public { reason } => format!("public: {reason}"),
            Access::Required(requirement) => requirement.display(VOCABULARY).to_string(),
        };
        format!("{method} {} {rule}", route.path)
    };
    routes.iter().map(line).collect()
}

#[test]
fn method_path_and_rule_are_on_record() {
    let router = invoices().route("/report", post(report)).route("/healthz", get(healthz));
    let (_, routes) = router.into_parts();
    assert_eq!(
        lines(&routes),
        [
            "GET / invoices:view",
            "GET /{id} invoices:view",
            "POST /{id} invoices:pay",
            "DELETE /{id} invoices:pay",
            "POST /report (ORG_ADMIN or FINANCE) and login",
            "GET /healthz public: the load balancer asks without a session",
        ]
    );
}

#[test]
fn nesting_merging_and_demanding_are_on_record() {
    let inner = Router::new().nest("/invoices", invoices()).require(Requirement::Login);
    let router = Router::new().nest("/o/{org}", inner).merge(Router::new().route("/healthz", get(healthz)));
    let (_, routes) = router.into_parts();
    assert_eq!(
        lines(&routes),
        [
            "GET /o/{org}/invoices login and invoices:view",
            "GET /o/{org}/invoices/{id} login and invoices:view",
            "POST /o/{org}/invoices/{id} login and invoices:pay",
            "DELETE /o/{org}/invoices/{id} login and invoices:pay",
            "GET /healthz public: the load balancer asks without a session",
        ]
    );
}

#[test]
fn what_is_undecided_is_on_record_with_its_reason() {
    let foreign = axum::Router::new().route("/metrics", axum::routing::any(|| async { "metrics" }));
    let router: Router = Router::new().dangerous_undecided("/metrics", "served on the inner network only", foreign);
    let (_, routes) = router.into_parts();
    assert_eq!(lines(&routes), ["ANY /metrics public: served on the inner network only"]);
}

#[tokio::test]
async fn what_is_on_record_is_what_happens() {
    let house = House::open();
    let money = Router::new().nest("/invoices", invoices()).require(INVOICES_PAY);
    let router = Router::new().nest("/o/{org}", money).merge(Router::new().route("/healthz", get(healthz)));
    let (router, routes) = router.into_parts();
    let router = house.gate.wrap(router);
    let (ann, bob) = (house.sign_in(ANN).await, house.sign_in(BOB).await);

    assert!(lines(&routes).contains(&"GET /o/{org}/invoices invoices:pay and invoices:view".to_owned()));
    assert_eq!(house::get(&router, "/o/acme/invoices", &ann).await.body, "list");
    assert_eq!(house::get(&router, "/o/acme/invoices", &bob).await.status, 403);
    assert_eq!(house::get(&router, "/healthz", &Credential::None).await.body, "ok");
}

#[tokio::test]
async fn a_demand_reaches_the_routes_so_far_and_no_later_ones() {
    let house = House::open();
    let early = Router::new().route("/o/{org}/early", get(list)).require(INVOICES_PAY);
    let (router, routes) = early.route("/o/{org}/late", get(list)).into_parts();
    let bob = house.sign_in(BOB).await;
    let router = house.gate.wrap(router);
    assert_eq!(
        lines(&routes),
        ["GET /o/{org}/early invoices:pay and invoices:view", "GET /o/{org}/late invoices:view"]
    );
    assert_eq!(house::get(&router, "/o/acme/early", &bob).await.status, 403);
    assert_eq!(house::get(&router, "/o/acme/late", &bob).await.body, "list");
}
