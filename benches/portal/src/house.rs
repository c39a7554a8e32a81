//! The portal as it is, with the demo's year of business, and the keys to its front door.

use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use portal::{
    permissions::VOCABULARY,
    server::{
        Portal,
        config::{DatabaseSettings, SecretSettings, SeedSettings, Settings},
    },
};
use portcullis_core::UserId;
use portcullis_middleware::{
    Clock,
    port::ChangeBus,
    session::{SessionConfig, Sessions, SignedIn},
};
use portcullis_storage::{Database, SealingKey};
use tokio::net::TcpListener;
use url::Url;

use crate::{Outcome, database::Empty};

/// The organization whose invoices are listed and whose roles change.
pub(crate) const ORGANIZATION: &str = "acme";

/// Its owner.
pub(crate) const OWNER: &str = "owner@acme.example";

/// Seals nothing that outlives the run.
const SEALING_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The portal, serving, and a second handle on its database for what no visitor does.
pub(crate) struct House {
    /// Where it serves.
    pub(crate) origin: String,
    /// The same stores that the portal has, by another pool.
    pub(crate) database: Database,
    sessions: Sessions,
    portal: Portal,
}

impl House {
    /// Starts the portal on an empty database and serves it on a free port of the loopback.
    pub(crate) async fn open(empty: &Empty) -> Outcome<Self> {
        let settings = || Settings {
            database: DatabaseSettings { url: empty.url.clone() },
            secrets: SecretSettings { key: Some(SEALING_KEY.to_owned()) },
            seed: SeedSettings { demo: true },
            ..Settings::default()
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        // The first start writes the year of business; what is measured has connections as young as the twin's.
        Portal::start(settings(), addr).await?.close().await;
        let portal = Portal::start(settings(), addr).await?;
        serve(listener, portal.service());

        let origin = format!("http://{addr}");
        let key = SealingKey::from_text(SEALING_KEY)?;
        let database = Database::connect(&empty.url, VOCABULARY, ChangeBus::default(), key).await?;
        let store = Arc::new(database.clone());
        let config = SessionConfig::for_origin(&Url::parse(&origin)?);
        let sessions = Sessions::new(store.clone(), store, config, Clock::system());
        Ok(Self { origin, database, sessions, portal })
    }

    /// The service itself, for requests that need no socket.
    pub(crate) fn service(&self) -> Router {
        self.portal.service()
    }

    /// The person with this address; a new one if nobody has it.
    pub(crate) async fn person(&self, email: &str) -> Outcome<UserId> {
        Ok(self.database.seeder().create_user(email, email, None).await?)
    }

    /// Signs the person in, and gives the `Cookie` header of their browser.
    pub(crate) async fn cookie_of(&self, user: UserId, email: &str) -> Outcome<String> {
        let signed_in = SignedIn {
            provider: "local".to_owned(),
            issuer: self.origin.clone(),
            subject: user.to_string(),
            user,
            email: email.to_owned(),
            name: email.to_owned(),
            claimed: None,
            sid: None,
            id_token: None,
        };
        let id = self.sessions.sign_in(None, &signed_in, "bench").await?;
        Ok(format!("{}={id}", self.sessions.config().cookie_name))
    }

    /// Ends it.
    pub(crate) async fn close(self) {
        self.database.pool().close().await;
        self.portal.close().await;
    }
}

/// Serves in the background, as the portal's own program does.
pub(crate) fn serve(listener: TcpListener, router: Router) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
}
