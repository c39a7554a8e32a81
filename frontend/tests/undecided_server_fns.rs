//! A server function without a decision is found before the first request is answered.
#![cfg(feature = "ssr")]
#![expect(missing_docs, reason = "what `#[server]` generates cannot be documented")]

use leptos::prelude::*;
use portcullis_frontend::{DecidedServerFn, public, require_permission, undecided_server_fns};

mod permissions {
    portcullis_core::permissions! { "notes:write" => { label: "Write notes" }, }
}

#[require_permission("notes:write")]
#[server(endpoint = "guarded_note")]
pub async fn guarded_note(text: String) -> Result<usize, ServerFnError> {
    Ok(text.len())
}

#[public("everybody may know the time")]
#[server(endpoint = "open_hour")]
pub async fn open_hour() -> Result<u8, ServerFnError> {
    Ok(12)
}

/// The mistake: nothing says who may call it.
#[server(endpoint = "forgotten")]
pub async fn forgotten() -> Result<u8, ServerFnError> {
    Ok(7)
}

#[test]
fn the_forgotten_one_is_named_and_no_other() {
    assert_eq!(undecided_server_fns(), ["/api/forgotten"]);
    assert_eq!(DecidedServerFn::all().count(), 2);
}

#[tokio::test]
async fn called_outside_of_a_request_the_guarded_one_refuses() {
    assert!(guarded_note("hello".into()).await.is_err());
    assert_eq!(open_hour().await.unwrap(), 12);
}
