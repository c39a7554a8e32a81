//! Puts the portal together: stores, authorization server, relying party, gate, pages.

use std::{io::Write, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Extension, routing::get_service};
use leptos::prelude::LeptosOptions;
use portcullis_core::Secret;
use portcullis_frontend::undecided_server_fns;
use portcullis_middleware::{
    Clock, Gate, Organizations,
    api_key::ApiKeyCredentials,
    connections::{Connections, ConnectionsParts},
    login::{Login, LoginConfig, LoginParts},
    port::{ChangeBus, Directory, People},
    session::{SessionConfig, Sessions},
    token::Tokens,
};
use portcullis_provider::{HttpLogoutDelivery, Mailer, MemoryMailbox, PasswordHasher, Provider, SmtpMailer};
use portcullis_storage::Database;
use tower_http::services::ServeDir;
use url::Url;

use super::{
    StartError,
    account::{self, AccountState, Service},
    api::AppState,
    auth::{
        Choices, DirectoryEntitlements, PortalProviderPages, PortalRefusalPages, ProviderRevocations, grant_sources,
        identity_providers, services, trusted_issuers,
    },
    business::Business,
    client_address::client_address,
    clients::register_clients,
    config::{self, ConfigError, Settings},
    housekeeping::keep_house,
    pages::{self, Renderer},
    routes::{guarded_routes, page_routes, resolvers, with_security_headers},
    sealing::sealing_key,
    seed,
};
use crate::permissions::VOCABULARY;

/// How many API keys are kept.
const KEYS: usize = 100_000;

/// How many verified tokens are kept.
const TOKENS: usize = 100_000;

/// How long a provider, key set or grant API may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long it may take to answer.
const HTTP_TIMEOUT: Duration = Duration::from_secs(10);

/// The portal, ready to serve.
#[derive(Debug)]
pub struct Portal {
    service: axum::Router,
    housekeeping: tokio::task::JoinHandle<()>,
    database: Database,
    changes: ChangeBus,
    _news: portcullis_storage::Listening,
}

impl Portal {
    /// Starts everything behind the address that is already listened at.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(settings: Settings, addr: SocketAddr) -> Result<Self, StartError> {
        pages::prepare();
        let undecided = undecided_server_fns();
        if !undecided.is_empty() {
            return Err(StartError::Undecided(undecided));
        }
        let origin = origin(&settings, addr)?;
        let issuer: Arc<str> = origin.origin().ascii_serialization().into();
        let (clock, changes) = (Clock::system(), ChangeBus::default());
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(HTTP_TIMEOUT)
            .build()?;

        let sealing = sealing_key(&settings)?;
        let database = Database::connect(&settings.database.url, VOCABULARY, changes.clone(), sealing.clone())
            .await?
            .with_local_issuer(Arc::clone(&issuer));
        let news = database.listen().await?;
        let business = Business::open(database.pool().clone()).await?;
        let store = Arc::new(database.clone());
        let directory: Arc<dyn Directory> = store.clone();
        let people: Arc<dyn People> = store.clone();
        let sources = grant_sources(&settings, &directory, &http, &clock);
        let organizations = Organizations::new(directory, sources, VOCABULARY);

        let state = AppState { database: database.clone(), business, clock: clock.clone() };
        let passwords = PasswordHasher::new();
        if settings.seed.demo {
            seed::seed_demo(&state, &passwords).await?;
        }
        state.business.age(state.today()).await?;
        if let Some(token) = database.first_administrator_token().await? {
            invite(&origin, &token);
        }

        let mailbox = settings.mail.smtp_url.is_none().then(|| Arc::new(MemoryMailbox::default()));
        let mailbox = mailbox.filter(|_| settings.seed.demo);
        let mailer: Option<Arc<dyn Mailer>> = match (&settings.mail.smtp_url, &mailbox) {
            (Some(url), _) => {
                let from = settings.mail.from.as_deref().unwrap_or_default();
                let smtp = SmtpMailer::of_url(&Secret::new(url.clone()), from);
                Some(Arc::new(smtp.map_err(|error| config::wrong("mail", error.to_string()))?))
            }
            (None, Some(mailbox)) => Some(mailbox.clone()),
            (None, None) => None,
        };
        let scope_texts = VOCABULARY.iter().map(|(_, info)| (info.key.to_owned(), info.label.to_owned()));
        let mut provider = Provider::builder(origin.clone())
            .with_scope_texts(scope_texts)
            .with_stores(store.clone())
            .with_entitlements(Arc::new(DirectoryEntitlements { organizations: organizations.clone(), issuer }))
            .with_pages(Arc::new(PortalProviderPages { demo: settings.seed.demo }))
            .with_clock(clock.clone())
            .with_password_hasher(passwords.clone())
            .with_client_address(client_address(&settings)?)
            .with_resources(&settings.authorization_server.resources)
            .with_pairwise_secret(Secret::new(sealing.derive("pairwise subjects").expose().to_vec()))
            .with_logout_delivery(Arc::new(HttpLogoutDelivery::new()?))
            .with_dpop_nonce_secret(sealing.derive("nonces for proofs of possession"));
        if settings.authorization_server.require_pushed_authorization_requests {
            provider = provider.require_pushed_authorization_requests();
        }
        if settings.authorization_server.require_dpop_nonce {
            provider = provider.require_dpop_nonce();
        }
        if let Some(mailer) = mailer {
            provider = provider.with_mailer(mailer).with_sign_up(settings.mail.sign_up.unwrap_or(settings.seed.demo));
        }
        let provider = provider.build()?;
        provider.start().await.map_err(StartError::Provider)?;
        register_clients(&settings, &database, &origin).await?;

        let mut config = SessionConfig::for_origin(&origin);
        (config.idle, config.absolute) = (settings.sessions.idle, settings.sessions.absolute);
        let sessions = Sessions::new(store.clone(), store.clone(), config, clock.clone());
        let issuers = trusted_issuers(&settings, &provider, &http, &clock)?;
        let revocations = Arc::new(ProviderRevocations(provider.clone()));
        let tokens = Tokens::new(issuers, people.clone(), revocations, clock.clone(), TOKENS);

        let proofs = sealing.derive("keys for proofs of possession");
        let providers = identity_providers(&settings, &provider, &http, &proofs)?;
        let choices = providers.iter().map(|one| (one.id.as_ref().to_owned(), one.label.clone())).collect();
        let login_config =
            LoginConfig { origin: origin.clone(), organization_path: "/o/".into(), sign_in_path: "/sign-in".into() };
        let parts = LoginParts {
            sessions: sessions.clone(),
            organizations: organizations.clone(),
            people,
            changes: changes.clone(),
            http: http.clone(),
            clock: clock.clone(),
        };
        let login = Login::new(login_config, providers, parts).with_enterprise(store.clone());
        provider.offer_upstreams(Arc::new(login.clone()));
        let parts = ConnectionsParts {
            origin: origin.clone(),
            sessions: sessions.clone(),
            store: store.clone(),
            clock: clock.clone(),
        };
        let connections = Connections::new(services(&settings, &http, &proofs)?, parts);
        let configured: Vec<Service> = settings.connections.iter().map(Service::of).collect();

        let account = AccountState {
            database: database.clone(),
            provider: provider.clone(),
            organizations: organizations.clone(),
            passwords,
            clock: clock.clone(),
            mailbox,
            demo: settings.seed.demo,
            services: configured.into(),
            connections: connections.clone(),
            http: http.clone(),
        };
        let own = login.routes().merge(connections.routes()).merge(account::routes().with_state(account));
        let (api, _) = guarded_routes(own).with_state::<()>(state.clone()).into_parts();
        let options = LeptosOptions::builder()
            .output_name("portal")
            .site_root(settings.server.site_root.display().to_string())
            .build();
        let renderer =
            Renderer { options, organizations: organizations.clone(), api: api.clone(), demo: settings.seed.demo };
        let (guarded, _) = page_routes().into_parts();
        let guarded = guarded
            .merge(api)
            .merge(pages::server_functions(&renderer))
            .layer(Extension(renderer))
            .layer(Extension(Choices(choices)));
        let site = ServeDir::new(&settings.server.site_root)
            .append_index_html_on_directories(false)
            .call_fallback_on_method_not_allowed(true)
            .fallback(tower::service_fn(pages::nothing_here));
        let guarded = guarded.fallback_service(site);
        let told = changes.clone();
        let gate = Gate::builder(organizations, changes, origin)
            .with_sessions(sessions)
            .with_tokens(tokens)
            .with_api_keys(ApiKeyCredentials::new(store.clone(), clock.clone(), KEYS))
            .with_organization_from(resolvers())
            .with_pages(Arc::new(PortalRefusalPages))
            .with_used_proofs(store.clone())
            .build()?;
        // The authorization server guards itself, by its own cookies and form tokens: outside the gate.
        let package = ServeDir::new(settings.server.site_root.join("pkg")).precompressed_gzip();
        let open = provider.router().nest_service("/pkg", get_service(package));
        let service = with_security_headers(open.fallback_service(gate.wrap(guarded)));
        tokio::spawn(provider.clone().follow(told.clone()));
        let housekeeping = tokio::spawn(keep_house(state, provider));
        Ok(Self { service, housekeeping, database, changes: told, _news: news })
    }

    /// The service to serve.
    pub fn service(&self) -> axum::Router {
        self.service.clone()
    }

    /// What caches and event streams listen to.
    pub(super) fn changes(&self) -> ChangeBus {
        self.changes.clone()
    }

    /// Ends what runs in the background, and closes the database.
    pub async fn close(self) {
        self.housekeeping.abort();
        self.database.pool().close().await;
    }
}

/// Tells whoever started the portal how to claim it; nobody else reads this.
fn invite(origin: &Url, token: &Secret<String>) {
    let mut out = std::io::stderr().lock();
    let _nobody_reads_it = writeln!(
        out,
        "nobody administers this portal yet: claim it at {origin}setup with the token {}",
        token.expose()
    );
}

pub(super) fn origin(settings: &Settings, addr: SocketAddr) -> Result<Url, ConfigError> {
    let text = settings.server.public_url.clone().unwrap_or_else(|| format!("http://{addr}"));
    super::config::public_url(&text)
}
