//! The unguarded twin of `GET /api/o/{org}/invoices`: the same query, the same JSON, no gate, no guard.
//!
//! It stands in a bare router of its own. What the portal has around its handlers beside the guard (security
//! headers, forty other routes, the authorization server's router in front) counts against the guard.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use http::StatusCode;
use portal::{
    permissions::VOCABULARY,
    server::business::{Business, Invoice, ListQuery, Listing},
};
use portcullis_core::{
    OrgContext, Principal, Subject, UserId,
    principal::{Party, User},
};
use portcullis_middleware::{
    Organizations,
    grants::{DatabaseGrants, GrantSources},
    port::OrgRef,
};
use serde::Serialize;

use crate::{
    Outcome,
    house::{House, ORGANIZATION},
};

/// What the handler has without asking: where it is, and what the caller may do there.
#[derive(Clone)]
struct Twin {
    business: Business,
    org: OrgContext,
}

/// The twin's router, as this person would see it.
pub(crate) async fn router(house: &House, user: UserId) -> Outcome<Router> {
    let business = Business::open(house.database.pool().clone()).await?;
    let twin = Twin { business, org: entered(house, user).await? };
    Ok(Router::new().route("/api/o/{org}/invoices", get(list)).with_state(twin))
}

/// The organization with the person's grants, worked out once and for all.
async fn entered(house: &House, user: UserId) -> Outcome<OrgContext> {
    let directory = Arc::new(house.database.clone());
    let sources = GrantSources::new().with_source("local", Arc::new(DatabaseGrants::new(directory.clone())));
    let principal = Principal {
        subject: Subject { issuer: house.origin.as_str().into(), id: user.to_string().into() },
        provider: "local".into(),
        party: Party::User(User { id: user, email: "".into(), name: "".into() }),
        claimed: None,
    };
    let organizations = Organizations::new(directory, sources, VOCABULARY);
    let reference = OrgRef::Slug(ORGANIZATION.parse()?);
    let entered = organizations.enter(&Arc::new(principal), &reference).await;
    let entered = entered.map_err(|rejection| format!("the twin is not let in: {:?}", rejection.kind()))?;
    Ok(entered.access().organization().ok_or("the twin stands outside")?.clone())
}

/// What the portal's handler answers, field by field.
#[derive(Serialize)]
struct Body {
    data: Vec<Invoice>,
    permissions: BTreeMap<&'static str, bool>,
    page: u32,
    per_page: u32,
    total: i64,
}

async fn list(State(twin): State<Twin>, Query(query): Query<Vec<(String, String)>>) -> Result<Json<Body>, StatusCode> {
    let query = ListQuery::parse(&query).map_err(|_| StatusCode::BAD_REQUEST)?;
    let listing = twin.business.invoices().list(&twin.org, &query).await;
    let Listing { data, page, per_page, total } = listing.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let actions = VOCABULARY.actions_of("invoices");
    let permissions = actions.map(|(action, one)| (action, twin.org.grants().has_permission(one))).collect();
    Ok(Json(Body { data, permissions, page, per_page, total }))
}
