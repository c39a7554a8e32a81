//! One signal.

use leptos::{mount::hydrate_body, prelude::*};
use portcullis_bench_wasm::signal::OneSignal;

fn main() {
    hydrate_body(|| view! { <OneSignal/> });
}
