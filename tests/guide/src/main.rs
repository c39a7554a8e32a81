//! The application of the guide: an axum router behind the gate.

mod invoices;
mod permissions;
mod sign_in;
#[cfg(test)]
mod tests;

use std::{error::Error, net::SocketAddr, sync::Arc};

use portcullis_core::Secret;
use portcullis_middleware::{grants::*, port::ChangeBus, session::*, *};
use portcullis_storage::{Database, SealingKey};

const ORIGIN: &str = "http://127.0.0.1:3000";

async fn app(store: Arc<Database>) -> Result<(axum::Router, Sessions), Box<dyn Error>> {
    let origin: url::Url = ORIGIN.parse()?;
    let grants = GrantSources::new().with_source("local", Arc::new(DatabaseGrants::new(store.clone())));
    let organizations = Organizations::new(store.clone(), grants, permissions::VOCABULARY);
    let sessions = Sessions::new(store.clone(), store.clone(), SessionConfig::for_origin(&origin), Clock::system());
    let (provider, login) = sign_in::at(&origin, &store, &sessions, &organizations).await?;
    let (guarded, _record) = invoices::routes().merge(login.routes()).into_parts();
    let gate = Gate::builder(organizations, store.changes().clone(), origin)
        .with_sessions(sessions.clone())
        .with_organization_from([OrgResolver::PathAfter("/o/")])
        .build()?;
    Ok((provider.router().fallback_service(gate.wrap(guarded)), sessions))
}

async fn open(url: &str, key: SealingKey) -> Result<Arc<Database>, Box<dyn Error>> {
    let database = Database::connect(url, permissions::VOCABULARY, ChangeBus::default(), key).await?;
    let seeder = database.seeder();
    let acme = seeder.create_organization("acme".parse()?, "Acme").await?;
    seeder.create_role(acme, "FINANCE", "Finance", "Sees invoices", &["invoices:view"]).await?;
    let hash = portcullis_provider::PasswordHasher::new().hash(&Secret::new("change me soon".into())).await?;
    for (email, roles) in [("ada@acme.example", ["FINANCE"].as_slice()), ("bob@acme.example", &[])] {
        let user = seeder.create_user(email, email, Some(&Secret::new(hash.clone()))).await?;
        seeder.add_membership(user, acme, roles).await?;
    }
    Ok(Arc::new(database.with_local_issuer(ORIGIN)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let store = open("sqlite://app.db?mode=rwc", SealingKey::from_file_or_create("app.key")?).await?;
    let service = app(store).await?.0.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, service).await?)
}
