//! A peer: the row that is measured, and the refusals that show that it checks.

use std::convert::Infallible;

use axum::Router;
use http::{Request, Response};
use portcullis_bench_harness::{Case, request};
use tower::Service;

/// One row and its counterparts.
#[derive(Debug)]
pub struct Peer {
    /// The holder of the right asks and is let in.
    pub case: Case,
    /// The same service refuses others.
    pub refusals: Vec<Case>,
}

/// What a request carries.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    Anonymous,
    Bearer(String),
    Cookie { name: String, value: String },
}

impl Peer {
    /// A router, who is let in, and who is refused with which status.
    pub(crate) fn new(
        row: impl Into<String>,
        about: &'static str,
        router: Router,
        holder: Credential,
        refused: impl IntoIterator<Item = (Credential, u16)>,
    ) -> Self {
        Self::of_service::<_, axum::body::Body, _>(row.into(), about, router, holder, refused)
    }

    /// The same of a service of another axum.
    pub(crate) fn of_service<S, B, C>(
        row: String,
        about: &'static str,
        service: S,
        holder: Credential,
        refused: impl IntoIterator<Item = (Credential, u16)>,
    ) -> Self
    where
        S: Service<Request<B>, Response = Response<C>, Error = Infallible> + Clone + 'static,
        B: Default + 'static,
        C: 'static,
    {
        let refusals = refused.into_iter().map(|(credential, status)| {
            let row = format!("{row}_refuses_{status}");
            Case::service(row, about, status, service.clone(), move || credential.request())
        });
        let refusals = refusals.collect();
        Self { case: Case::service(row, about, 200, service, move || holder.request()), refusals }
    }
}

impl Credential {
    fn request<B: Default>(&self) -> Request<B> {
        let request = match self {
            Self::Anonymous => request::browser(),
            Self::Bearer(token) => request::bearer(token),
            Self::Cookie { name, value } => request::cookie(name, value),
        };
        request.body(B::default()).unwrap()
    }
}
