//! The portal's pages: rendered whole on the server, with the request's access and data.

use std::{convert::Infallible, sync::Arc};

use async_trait::async_trait;
use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::Request,
    response::{IntoResponse, Redirect, Response},
    routing::MethodFilter,
};
use http::{HeaderMap, Method, StatusCode, header};
use leptos::prelude::{LeptosOptions, provide_context};
use portcullis_core::{ProblemDetails, ProblemKind, Requirement, access::Access};
use portcullis_frontend::DecidedServerFn;
use portcullis_middleware::{
    Caller, Organizations, Rejection, login::snapshot, public, require::require, require_login,
};
use serde::{Serialize, de::DeserializeOwned};
use tower::ServiceExt;

use crate::{
    model::{PageDraft, PageView, PortalData, Problem, Shell},
    ui::{self, demo::Demo},
};

/// The largest answer of our own API that a page is made from, in bytes.
const LARGEST: usize = 8 * 1024 * 1024;

/// How the errors of server functions begin whose arguments could not be read.
const UNREADABLE: [&str; 3] = ["Args|", "Deserialization|", "MissingArg|"];

/// What rendering a page needs besides the request.
#[derive(Clone, Debug)]
pub(super) struct Renderer {
    pub(super) options: LeptosOptions,
    pub(super) organizations: Organizations,
    /// The guarded routes, asked within the process: pages get what programs get, by the same guards.
    pub(super) api: axum::Router,
    pub(super) demo: bool,
}

/// `GET /`: the landing page; whoever is signed in goes to the organization visited last.
#[public("the landing page")]
pub(super) async fn landing(
    Extension(renderer): Extension<Renderer>,
    caller: Option<Caller>,
    request: Request,
) -> Result<Response, Rejection> {
    let home = match caller.as_ref().and_then(|Caller(access)| access.principal().user()) {
        Some(user) => home(&renderer.organizations, user.id).await?,
        None => None,
    };
    match home {
        Some(slug) => Ok(Redirect::to(&format!("/o/{slug}")).into_response()),
        None => renderer.render(request).await,
    }
}

/// `GET /o/{org}` and below: pages of an organization, whose content decides for itself.
#[require_login]
pub(super) async fn page(
    Extension(renderer): Extension<Renderer>,
    Caller(access): Caller,
    request: Request,
) -> Result<Response, Rejection> {
    if let (Some(user), Some(org)) = (access.principal().user(), access.organization()) {
        let directory = renderer.organizations.directory();
        let here = &org.organization().slug;
        if directory.last_visited(user.id).await?.as_ref() != Some(here) {
            directory.record_visit(user.id, org.organization().id).await?;
        }
    }
    renderer.render(request).await
}

/// Makes the renderer ready for its first page.
pub(super) fn prepare() {
    // Listing the routes also starts the executor that resources run on.
    let _routes = leptos_axum::generate_route_list(ui::App);
}

/// The server functions. Each carries its decision in its body; the start refuses one that does not.
pub(super) fn server_functions(renderer: &Renderer) -> axum::Router {
    server_fn::axum::server_fn_paths().fold(axum::Router::new(), |router, (path, method)| {
        let renderer = renderer.clone();
        let answer = move |request: Request| async move {
            let data = renderer.data(&request);
            let context = move || provide_context(Arc::clone(&data));
            blame_the_caller(leptos_axum::handle_server_fns_with_context(context, request).await.into_response()).await
        };
        let route = axum::routing::on(method_filter(&method), answer);
        router.route(path, route.layer(require(requirement_of(path))))
    })
}

/// Arguments that cannot be read are the caller's fault: Leptos answers them with 500.
async fn blame_the_caller(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return Rejection::new(ProblemKind::Unavailable).into_response();
    };
    if UNREADABLE.iter().any(|kind| body.starts_with(kind.as_bytes())) {
        parts.status = StatusCode::BAD_REQUEST;
    }
    Response::from_parts(parts, Body::from(body))
}

/// What a server function demands, asked before its arguments are read as well as in its body.
fn requirement_of(path: &str) -> Requirement {
    // The start refuses a function without a decision: only a fault could lead to the login alone.
    let decided = DecidedServerFn::all().find(|decided| (decided.path)() == path);
    decided.map_or(Requirement::Login, |decided| (decided.access)().requirement().clone())
}

/// Where nothing stands: the same answer as for what is somebody else's.
pub(super) async fn nothing_here(_: Request) -> Result<Response, Infallible> {
    Ok(Rejection::new(ProblemKind::NotFound).into_response())
}

fn method_filter(method: &Method) -> MethodFilter {
    MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::POST)
}

/// The organization visited last, if it is still theirs; else the first.
async fn home(
    organizations: &Organizations,
    user: portcullis_core::UserId,
) -> Result<Option<portcullis_core::OrgSlug>, Rejection> {
    let last = organizations.directory().last_visited(user).await?;
    let all = organizations.directory().organizations_of(user).await?;
    let known = |slug: &portcullis_core::OrgSlug| all.iter().any(|one| one.slug == *slug);
    Ok(last.filter(known).or_else(|| all.first().map(|one| one.slug.clone())))
}

impl Renderer {
    fn data(&self, request: &Request) -> Arc<dyn PortalData> {
        let access = request.extensions().get::<Access>().cloned();
        Arc::new(ApiData { api: self.api.clone(), access, headers: request.headers().clone() })
    }

    async fn render(&self, mut request: Request) -> Result<Response, Rejection> {
        let access = request.extensions().get::<Access>();
        let context = access.map(|access| &**access);
        let snapshot = snapshot(context, &self.organizations).await?;
        // Shared: each page's components read it, and with many organizations it is large.
        request.extensions_mut().insert(Arc::new(snapshot));
        let data = self.data(&request);
        let (options, demo) = (self.options.clone(), Demo(self.demo));
        let render = leptos_axum::render_app_async_with_context(
            move || {
                provide_context(Arc::clone(&data));
                provide_context(demo);
            },
            move || ui::shell(options.clone()),
        );
        Ok(render(request).await)
    }
}

/// The data of one request: our own API, asked with the access that the gate found.
struct ApiData {
    api: axum::Router,
    access: Option<Access>,
    headers: HeaderMap,
}

#[async_trait]
impl PortalData for ApiData {
    async fn shell(&self, org: &str) -> Result<Shell, Problem> {
        self.get(org, "shell").await
    }

    async fn page(&self, org: &str, slug: &str) -> Result<PageView, Problem> {
        self.get(org, &format!("pages/{slug}")).await
    }

    async fn block(&self, org: &str, kind: &str, query: String) -> Result<serde_json::Value, Problem> {
        if kind == "sessions" {
            return self.ask(Method::GET, "/auth/sessions", Body::empty()).await;
        }
        self.get(org, &format!("{kind}?{query}")).await
    }

    async fn page_draft(&self, org: &str, slug: &str) -> Result<PageDraft, Problem> {
        self.get(org, &format!("pages/{slug}/draft")).await
    }

    async fn save_page(&self, org: &str, draft: PageDraft) -> Result<PageDraft, Problem> {
        self.check_organization(org)?;
        self.ask(Method::PUT, &format!("/api/o/{org}/pages/{}", draft.slug), json(&draft)?).await
    }
}

impl ApiData {
    async fn get<T: DeserializeOwned>(&self, org: &str, rest: &str) -> Result<T, Problem> {
        self.check_organization(org)?;
        self.ask(Method::GET, &format!("/api/o/{org}/{rest}"), Body::empty()).await
    }

    /// The access of the request is for the organization of its URL, and for no other.
    fn check_organization(&self, org: &str) -> Result<(), Problem> {
        let here = self.access.as_ref().and_then(|access| access.organization());
        match here {
            Some(here) if here.organization().slug.as_str() == org => Ok(()),
            _ => Err(ProblemDetails::new(ProblemKind::NotFound)),
        }
    }

    async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: Body) -> Result<T, Problem> {
        let unavailable = || ProblemDetails::new(ProblemKind::Unavailable);
        let mut request = Request::builder().method(method).uri(path).body(body).map_err(|_| not_found())?;
        if let Some(cookie) = self.headers.get(header::COOKIE) {
            request.headers_mut().insert(header::COOKIE, cookie.clone());
        }
        request.headers_mut().insert(header::ACCEPT, header::HeaderValue::from_static("application/json"));
        request.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        if let Some(access) = &self.access {
            request.extensions_mut().insert(access.clone());
        }
        let Ok(response) = self.api.clone().oneshot(request).await;
        let status = response.status();
        if let Some(rejection) = response.extensions().get::<Rejection>() {
            return Err(rejection.problem().clone());
        }
        let body = to_bytes(response.into_body(), LARGEST).await.map_err(|_| unavailable())?;
        match status.as_u16() {
            200..=299 => serde_json::from_slice(&body).map_err(|_| unavailable()),
            404 => Err(not_found()),
            _ => Err(ProblemDetails::new(ProblemKind::RequestInvalid)),
        }
    }
}

fn json<T: Serialize>(value: &T) -> Result<Body, Problem> {
    serde_json::to_vec(value).map(Body::from).map_err(|_| ProblemDetails::new(ProblemKind::RequestInvalid))
}

fn not_found() -> Problem {
    ProblemDetails::new(ProblemKind::NotFound)
}
