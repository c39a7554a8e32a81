//! axum-casbin 1.3: roles by domain, and a cached enforcer. Who asks is known from a session of our own.

use std::{fmt::Write, sync::Arc};

use axum::{Router, extract::Request, routing::get};
use axum_casbin::{
    CasbinAxumLayer, CasbinVals,
    casbin::{DefaultModel, StringAdapter},
};
use portcullis_bench_harness::{
    request::{PATH, ROUTE},
    token::ROLES,
};
use tower::util::MapRequestLayer;

use crate::{
    peer::{Credential, Peer},
    people::{self, HOLDER, REQUIRED_ROLE, UNENTITLED},
    ready::ready,
    sessions::{Sessions, cookie, name},
};

/// The path and the method are allowed to a role.
pub(crate) fn peer() -> Peer {
    let model = ready(DefaultModel::from_str(MODEL)).unwrap();
    let casbin = ready(CasbinAxumLayer::new(model, StringAdapter::new(policy()))).unwrap();
    let sessions = Arc::new(Sessions::of_all());
    let who_asks = MapRequestLayer::new(move |mut request: Request| {
        if let Some(person) = sessions.person(request.headers()) {
            let domain = request.uri().path().split('/').nth(2).map(str::to_owned);
            request.extensions_mut().insert(CasbinVals { subject: person.name.clone(), domain });
        }
        request
    });
    Peer::new(
        "peer_axum_casbin",
        "axum-casbin 1.3: roles by domain over path and method, decision cached; session by hand",
        Router::new().route(ROUTE, get(async || "ok")).layer(casbin).layer(who_asks),
        cookie(HOLDER),
        [(Credential::Anonymous, 401), (cookie(UNENTITLED), 403)],
    )
}

const MODEL: &str = "
[request_definition]
r = sub, dom, obj, act

[policy_definition]
p = sub, dom, obj, act

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj && r.act == p.act
";

/// One line for the route and twenty others, and everybody's roles.
fn policy() -> String {
    let mut policy = format!("p, {REQUIRED_ROLE}, acme, {PATH}, GET\n");
    for (number, role) in ROLES.into_iter().cycle().take(20).enumerate() {
        let _infallible = writeln!(policy, "p, {role}, acme, /o/acme/page-{number}, GET");
    }
    for person in people::all() {
        for role in people::roles(person) {
            let _infallible = writeln!(policy, "g, {}, {role}, acme", name(person));
        }
    }
    policy
}
