//! The starter template with our session, gates and switcher.

use leptos::{mount::hydrate_body, prelude::*};
use portcullis_bench_wasm::{guarded::GatesAndSwitcher, starter::Starter};

fn main() {
    hydrate_body(|| view! { <GatesAndSwitcher/> <Starter/> });
}
