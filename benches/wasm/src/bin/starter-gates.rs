//! The starter template with our session and gates.

use leptos::{mount::hydrate_body, prelude::*};
use portcullis_bench_wasm::{guarded::Gates, starter::Starter};

fn main() {
    hydrate_body(|| view! { <Gates/> <Starter/> });
}
