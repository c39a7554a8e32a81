//! Leptos's starter template.

use leptos::{mount::hydrate_body, prelude::*};
use portcullis_bench_wasm::starter::Starter;

fn main() {
    hydrate_body(|| view! { <Starter/> });
}
