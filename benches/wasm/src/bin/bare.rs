//! The ordinary application.

use leptos::{mount::hydrate_body, prelude::*};
use portcullis_bench_wasm::ordinary::{Actions, Ordinary};

fn main() {
    hydrate_body(|| view! { <Actions/> <Ordinary/> });
}
