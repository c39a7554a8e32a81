//! tower-oauth2-resource-server 0.12 with a static key set: the handler looks for the permission among the claims.

use axum::{Extension, Router, routing::get};
use http::StatusCode;
use portcullis_bench_harness::{
    request::ROUTE,
    token::{AUDIENCE, ISSUER, REQUIRED, SigningKey},
};
use tower_oauth2_resource_server::{
    server::OAuth2ResourceServer, tenant::TenantConfiguration, validation::ClaimsValidationSpec,
};

use crate::{
    claims::{self, Claims},
    peer::{Credential, Peer},
    ready::ready,
};

/// A permission is required.
pub(crate) fn peer(key: &SigningKey) -> Peer {
    let tenant = TenantConfiguration::static_builder(key.jwks.to_string())
        .claims_validation(ClaimsValidationSpec::recommended(ISSUER, &vec![AUDIENCE.to_owned()]))
        .build();
    let server = OAuth2ResourceServer::<Claims>::builder().add_tenant(tenant.unwrap()).build();
    let server = ready(server).unwrap();
    Peer::new(
        format!("peer_tower_oauth2_resource_server_{}", key.name),
        "tower-oauth2-resource-server 0.12: layer with aws-lc, permission looked for in the handler",
        Router::new().route(ROUTE, get(invoices)).layer(server.into_layer()),
        claims::holder(key),
        [(Credential::Anonymous, 401), (claims::unentitled(key), 403)],
    )
}

async fn invoices(Extension(claims): Extension<Claims>) -> Result<&'static str, StatusCode> {
    if claims.permit(REQUIRED) { Ok("ok") } else { Err(StatusCode::FORBIDDEN) }
}
