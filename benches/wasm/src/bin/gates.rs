//! The ordinary application with our session and gates.

use leptos::{mount::hydrate_body, prelude::*};
use portcullis_bench_wasm::{guarded::Gates, ordinary::Ordinary};

fn main() {
    hydrate_body(|| view! { <Gates/> <Ordinary/> });
}
