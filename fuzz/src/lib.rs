//! What has to hold whatever a stranger sends: one law a fuzz target.
//!
//! A law takes bytes, asks the gate, the authorization server or the relying party in process, and panics where an
//! answer breaks it. Each input meets a house of its own with a clock that stands still, so that an input that broke
//! a law once breaks it again.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a law that is broken panics: that is how the fuzzer hears of it"
)]

mod ann;
mod answer;
mod house;
mod input;
mod key;
mod law;
#[path = "../../middleware/tests/it/permissions.rs"]
mod permissions;
#[allow(dead_code, reason = "shared with the tests of the authorization server, which use more of it")]
#[path = "../../provider/tests/it/house.rs"]
mod provider;
mod relying_party;
mod runtime;
#[allow(dead_code, reason = "shared with the tests of the gate, which use more of it")]
#[path = "../../middleware/tests/it/stores.rs"]
mod stores;

pub use law::{
    access_token::access_token, authorization_request::authorization_request, bearer_token::bearer_token,
    client_assertion::client_assertion, dpop_proof::dpop_proof, form_body::form_body, id_token::id_token,
    key_set::key_set, logout_token::logout_token, provider_metadata::provider_metadata, redirect_uri::redirect_uri,
    registration::registration, return_to::return_to, scope::scope, session_cookie::session_cookie,
    token_answer::token_answer,
};
