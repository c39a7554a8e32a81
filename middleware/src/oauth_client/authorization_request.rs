//! An authorization request on its way: through the browser, or pushed with a reference for it (RFC 9126).
//!
//! 1. Pushed, the browser carries `client_id` and `request_uri` and nothing else (section 4).
//! 2. A client with a key for proofs names it by `dpop_jkt`, and the pushed request carries a proof of the same key
//!    (RFC 9449 sections 10 and 10.1): the code is worth nothing to whoever has another.

use url::Url;

use super::{TokenEndpoint, TokenEndpointError};

/// Where a request goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Destination<'d> {
    /// Where the browser is sent.
    pub(crate) authorization: &'d Url,
    /// Where the request is pushed first, if it is.
    pub(crate) push_to: Option<&'d Url>,
}

impl TokenEndpoint {
    /// The address that the browser is sent to with these parameters; `client_id`, `response_type` and `dpop_jkt`
    /// are added.
    pub(crate) async fn authorization_url(
        &self,
        destination: Destination<'_>,
        mut parameters: Vec<(&str, String)>,
    ) -> Result<Url, TokenEndpointError> {
        parameters.push(("response_type", "code".to_owned()));
        parameters.extend(self.prover.as_ref().map(|prover| ("dpop_jkt", prover.thumbprint().to_string())));
        let parameters = match destination.push_to {
            Some(endpoint) => vec![("request_uri", self.push(endpoint, &parameters).await?)],
            None => parameters,
        };
        let mut url = destination.authorization.clone();
        url.query_pairs_mut().append_pair("client_id", &self.client_id).extend_pairs(&parameters);
        Ok(url)
    }
}
