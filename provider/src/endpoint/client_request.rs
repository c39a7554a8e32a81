//! A request of a client that said who it is, and is believed.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use http::request::Parts;

use crate::{
    client::authenticate::{ClientError, authenticate},
    params::{Params, form_of},
    port::Client,
    server::Server,
};

/// Head and form of the request, and whose it is.
#[derive(Debug)]
pub(crate) struct ClientRequest {
    pub(super) head: Parts,
    pub(super) params: Params,
    pub(super) client: Arc<Client>,
}

impl ClientRequest {
    pub(super) async fn read(server: &Server, request: Request) -> Result<Self, ClientError> {
        let (head, form) = form_of(request).await;
        let params = form.map_err(ClientError::Malformed)?;
        let client = authenticate(server, &head, &params).await?;
        Ok(Self { head, params, client })
    }
}

impl FromRequest<Arc<Server>> for ClientRequest {
    type Rejection = ClientError;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, ClientError> {
        Self::read(server, request).await
    }
}
