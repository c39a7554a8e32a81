//! The ordinary application with our session, gates and switcher.

use leptos::{mount::hydrate_body, prelude::*};
use portcullis_bench_wasm::{guarded::GatesAndSwitcher, ordinary::Ordinary};

fn main() {
    hydrate_body(|| view! { <GatesAndSwitcher/> <Ordinary/> });
}
