//! The laws, one a fuzz target.

pub(crate) mod access_token;
pub(crate) mod bearer_token;
pub(crate) mod dpop_proof;
pub(crate) mod session_cookie;

pub(crate) mod authorization_request;
pub(crate) mod client_assertion;
pub(crate) mod form_body;
pub(crate) mod redirect_uri;
pub(crate) mod registration;
pub(crate) mod scope;

pub(crate) mod id_token;
pub(crate) mod key_set;
pub(crate) mod logout_token;
pub(crate) mod provider_metadata;
pub(crate) mod return_to;
pub(crate) mod token_answer;
