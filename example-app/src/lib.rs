//! The portal: a multi-organization business portal guarded by Portcullis.
//!
//! - [`permissions`]: the vocabulary, declared once.
//! - [`model`]: what the API answers and the pages show; the same types on both sides.
//! - `server` (feature `ssr`): configuration, API, business data, sign-in, pages.
//! - [`ui`]: the pages as components; with the feature `hydrate` they wake up in the browser.
#![recursion_limit = "256"]

pub mod model;
pub mod permissions;
#[cfg(feature = "ssr")]
pub mod server;
pub mod ui;

/// Wakes the server's markup up in the browser.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(ui::App);
}

/// The example of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
