//! Our server as a program of its own: the authorization server alone, on a database.

use std::{
    io::{Write, stdout},
    net::SocketAddr,
    sync::Arc,
};

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use portcullis_core::{
    Secret, UserId,
    permission::{Catalogue, PermissionInfo},
};
use portcullis_middleware::port::ChangeBus;
use portcullis_provider::{
    PasswordHasher, Provider,
    port::{Client, ClientAuthentication, Entitlement, Entitlements, StoreError},
};
use portcullis_storage::{Database, SealingKey};
use tokio::net::TcpListener;

use crate::{
    Outcome,
    address::{CALLBACK, CLIENT_ID, CLIENT_SECRET, EMAIL, OWN_SCOPE, PASSWORD, RESOURCE, SCOPE},
};

/// Serves on a free port of the loopback, and says where.
pub(crate) async fn run(database: &str) -> Outcome {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let issuer = format!("http://{}", listener.local_addr()?);
    let stores =
        Database::connect(database, Nothing::VOCABULARY, ChangeBus::default(), SealingKey::generate()?).await?;
    let hash = PasswordHasher::new().hash(&Secret::new(PASSWORD.to_owned())).await?;
    stores.seeder().create_user(EMAIL, EMAIL, Some(&Secret::new(hash))).await?;
    stores.put_client(&client()).await?;

    let provider = Provider::builder(issuer.parse()?)
        .with_stores(Arc::new(stores))
        .with_entitlements(Arc::new(Nowhere))
        .with_resource_audience(RESOURCE.to_owned())
        .build()?;
    provider.start().await?;
    let mut out = stdout();
    writeln!(out, "listening on {issuer}")?;
    out.flush()?;
    let service = provider.router().into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).await?)
}

fn client() -> Client {
    let sha256 = digest(&SHA256, CLIENT_SECRET.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Client {
        client_id: CLIENT_ID.to_owned(),
        authentication: ClientAuthentication::Secret { sha256 },
        redirect_uris: vec![CALLBACK.to_owned()],
        grant_types: ["authorization_code", "refresh_token", "client_credentials"].map(str::to_owned).to_vec(),
        scopes: SCOPE.split(' ').chain([OWN_SCOPE]).map(str::to_owned).collect(),
        first_party: true,
        ..Client::default()
    }
}

/// No permissions: no token of the bench is for an organization.
#[derive(Clone, Copy, Debug)]
struct Nothing;

impl Catalogue for Nothing {
    const ENTRIES: &'static [PermissionInfo] = &[];
}

/// Neither are there organizations.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl Entitlements for Nowhere {
    async fn of_user(&self, _user: UserId, _organization: &str) -> Result<Option<Entitlement>, StoreError> {
        Ok(None)
    }

    async fn of_client(&self, _client_id: &str, _organization: &str) -> Result<Option<Entitlement>, StoreError> {
        Ok(None)
    }
}
