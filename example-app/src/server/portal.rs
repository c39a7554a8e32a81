//! Puts the portal together: stores, authorization server, relying party, gate, pages.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Extension, routing::get_service};
use http::{HeaderName, HeaderValue, Method, header};
use leptos::prelude::LeptosOptions;
use portcullis_core::{Secret, rule::Access};
use portcullis_frontend::{DecidedServerFn, undecided_server_fns};
use portcullis_middleware::{
    Clock, Gate, OrgResolver, Organizations,
    login::{Login, LoginConfig},
    port::{ChangeBus, Directory, People, StoreError},
    routing::{RouteTable, Router, get},
    session::{SessionConfig, Sessions},
    token::Tokens,
};
use portcullis_provider::{PasswordHasher, Provider, ProviderError};
use portcullis_storage::{ConnectError, Database, SealError, SealingKey};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};
use url::Url;

use super::{
    api::{self, AppState},
    auth::{
        Choices, DirectoryEntitlements, PORTAL_CLIENT, PortalProviderPages, PortalRefusalPages, ProviderRevocations,
        grant_sources, identity_providers, portal_client, sign_in, trusted_issuers,
    },
    business::Business,
    config::{ConfigError, Settings},
    pages::{self, Renderer},
    seed,
};
use crate::permissions::VOCABULARY;

/// How many verified tokens are kept.
const TOKENS: usize = 100_000;

/// How often keys are rotated if due, rows that are over deleted, and dates looked at.
const HOUSEKEEPING: Duration = Duration::from_secs(600);

/// The portal cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Database(#[from] ConnectError),
    /// The gate cannot be built.
    #[error(transparent)]
    Gate(#[from] portcullis_middleware::gate::ConfigError),
    /// The address cannot be listened at.
    #[error("the address cannot be listened at: {0}")]
    Listen(#[source] std::io::Error),
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built")]
    Http(#[from] reqwest::Error),
    /// The authorization server cannot start.
    #[error("the authorization server cannot start: {0}")]
    Provider(#[source] ProviderError),
    /// The authorization server is configured wrongly.
    #[error("the authorization server cannot be built: {0}")]
    ProviderConfig(#[from] portcullis_provider::ConfigError),
    /// The sealing key cannot be had.
    #[error("`secrets.key`: {0}")]
    Seal(#[from] SealError),
    /// The demo cannot be seeded.
    #[error("the demo cannot be seeded: {0}")]
    Seed(&'static str),
    /// A store does not answer.
    #[error("a store does not answer")]
    Store(#[from] StoreError),
    /// Server functions without an access decision.
    #[error("these server functions have no access decision: {}", .0.join(", "))]
    Undecided(Vec<String>),
}

/// The portal, ready to serve.
#[derive(Debug)]
pub struct Portal {
    service: axum::Router,
    housekeeping: tokio::task::JoinHandle<()>,
    database: Database,
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
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;

        let database = Database::connect(&settings.database.url, VOCABULARY, changes.clone(), sealing_key(&settings)?)
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

        let provider = Provider::builder(origin.clone())
            .with_stores(store.clone())
            .with_entitlements(Arc::new(DirectoryEntitlements { organizations: organizations.clone(), issuer }))
            .with_pages(Arc::new(PortalProviderPages { demo: settings.seed.demo }))
            .with_clock(clock.clone())
            .with_password_hasher(passwords)
            .build()?;
        provider.start().await.map_err(StartError::Provider)?;
        let secret = Secret::new(uuid::Uuid::new_v4().to_string() + &uuid::Uuid::new_v4().to_string());
        register_clients(&settings, &database, &origin, &secret).await?;

        let mut config = SessionConfig::for_origin(&origin);
        (config.idle, config.absolute) = (settings.sessions.idle, settings.sessions.absolute);
        let sessions = Sessions::new(store.clone(), store.clone(), config, clock.clone());
        let issuers = trusted_issuers(&settings, &provider, &http, &clock)?;
        let revocations = Arc::new(ProviderRevocations(provider.clone()));
        let tokens = Tokens::new(issuers, people.clone(), revocations, clock.clone(), TOKENS);

        let providers = identity_providers(&settings, &provider, &secret, &http);
        let choices = providers.iter().map(|one| (one.id.as_ref().to_owned(), one.label.clone())).collect();
        let login_config =
            LoginConfig { origin: origin.clone(), organization_path: "/o/".into(), sign_in_path: "/sign-in".into() };
        let login = Login::new(
            login_config,
            providers,
            sessions.clone(),
            organizations.clone(),
            people,
            changes.clone(),
            &http,
            clock,
        );

        let (api, _) = routes(login.routes()).with_state::<()>(state.clone()).into_parts();
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
        let guarded = guarded.fallback_service(get_service(site));
        let gate = Gate::builder(organizations, changes, origin)
            .with_sessions(sessions)
            .with_tokens(tokens)
            .with_organization_from(resolvers())
            .with_pages(Arc::new(PortalRefusalPages))
            .build()?;
        // The authorization server guards itself, by its own cookies and form tokens: outside the gate.
        let open =
            provider.router().nest_service("/pkg", get_service(ServeDir::new(settings.server.site_root.join("pkg"))));
        let service = with_security_headers(open.fallback_service(gate.wrap(guarded)));
        let housekeeping = tokio::spawn(keep_house(state, provider));
        Ok(Self { service, housekeeping, database, _news: news })
    }

    /// The service to serve.
    #[must_use]
    pub fn service(&self) -> axum::Router {
        self.service.clone()
    }

    /// Ends what runs in the background, and closes the database.
    pub async fn close(self) {
        self.housekeeping.abort();
        self.database.pool().close().await;
    }
}

/// Every guarded route but the pages: what programs use.
fn routes(login: Router) -> Router<AppState> {
    api::routes().merge(login.with_state(()))
}

/// The pages.
fn page_routes() -> Router {
    Router::new()
        .route("/", get(pages::landing))
        .route("/sign-in", get(sign_in))
        .route("/o/{org}", get(pages::page))
        .route("/o/{org}/", get(pages::page))
        .route("/o/{org}/{*rest}", get(pages::page))
}

/// Where a request may name its organization: its path first, so that tabs cannot mix.
fn resolvers() -> [OrgResolver; 5] {
    [
        OrgResolver::PathAfter("/o/"),
        OrgResolver::PathAfter("/api/o/"),
        OrgResolver::Query { path: "/auth/", parameter: "org" },
        OrgResolver::Header(HeaderName::from_static("portcullis-organization")),
        OrgResolver::Claim,
    ]
}

fn with_security_headers(router: axum::Router) -> axum::Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::<HeaderValue>::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
}

fn origin(settings: &Settings, addr: SocketAddr) -> Result<Url, ConfigError> {
    let text = settings.server.public_url.clone().unwrap_or_else(|| format!("http://{addr}"));
    super::config::public_url(&text)
}

/// The configured key, or a file beside the SQLite database.
fn sealing_key(settings: &Settings) -> Result<SealingKey, StartError> {
    if let Some(key) = &settings.secrets.key {
        return Ok(SealingKey::from_text(key)?);
    }
    let url = settings.database.url.trim_start_matches("sqlite:").trim_start_matches("//");
    let file = url.split('?').next().unwrap_or(url);
    if file.is_empty() || file.contains(":memory:") {
        return Ok(SealingKey::generate()?);
    }
    Ok(SealingKey::from_file_or_create(std::path::Path::new(file).with_extension("key"))?)
}

async fn register_clients(
    settings: &Settings,
    database: &Database,
    origin: &Url,
    secret: &Secret<String>,
) -> Result<(), StartError> {
    database.put_client(&portal_client(origin, secret)).await?;
    for (at, client) in settings.clients.iter().enumerate() {
        if client.client_id() == PORTAL_CLIENT {
            let why = format!("`{PORTAL_CLIENT}` is the portal itself");
            return Err(ConfigError::Value { key: format!("clients[{at}].client_id"), why }.into());
        }
        database.put_client(&client.client()).await?;
        for (slug, permissions) in &client.permissions {
            let wrong = |why: &str| ConfigError::Value {
                key: format!("clients[{at}].permissions.{slug}"),
                why: why.to_owned(),
            };
            let reference = slug.parse().map_err(|_| wrong("is not a slug"))?;
            let known = database.organization(&portcullis_middleware::port::OrgRef::Slug(reference)).await?;
            let organization = known.ok_or_else(|| wrong("there is no such organization"))?;
            let keys: Vec<&str> = permissions.iter().map(String::as_str).collect();
            if let Some(unknown) = keys.iter().find(|key| VOCABULARY.find(key).is_none()) {
                let nearest = VOCABULARY.nearest(unknown).unwrap_or_default();
                return Err(wrong(&format!("there is no permission `{unknown}`; did you mean `{nearest}`?")).into());
            }
            database.seeder().grant_service(client.client_id(), organization.id, &keys).await?;
        }
    }
    Ok(())
}

async fn keep_house(state: AppState, provider: Provider) {
    let mut tick = tokio::time::interval(HOUSEKEEPING);
    loop {
        tick.tick().await;
        if let Err(error) = provider.rotate_keys().await {
            tracing::error!(error = &error as &dyn std::error::Error, "keys were not rotated");
        }
        if let Err(error) = state.database.sweep(state.clock.now()).await {
            tracing::error!(error = &error as &dyn std::error::Error, "rows that are over were not deleted");
        }
        if let Err(error) = state.business.age(state.today()).await {
            tracing::error!(error = &error as &dyn std::error::Error, "dates were not looked at");
        }
    }
}

/// What the routers recorded, the server functions with it: the rows of the access matrix.
pub(super) fn route_table() -> RouteTable {
    let (_, mut table) = routes(Login::recorded()).into_parts();
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
