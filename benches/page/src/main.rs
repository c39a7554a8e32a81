//! A server-rendered page with twenty gates, beside the same page without: same markup, both whole.
//!
//! | file | holds |
//! | --- | --- |
//! | `page.rs` | the page: navigation, headings, a table of invoices |
//! | `gates.rs` | what stands at twenty places of it: gates, or the markup that they leave |
//! | `session.rs` | who asks |
//! | `render.rs` | one request, from its arrival to the last byte |
#![recursion_limit = "256"]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench that cannot go on stops; nothing here is served to strangers"
)]
#![expect(unreachable_pub, reason = "`#[component]` repeats the visibility on an inner function")]

mod gates;
mod page;
mod render;
mod session;

use std::{env, fs, path::Path};

use portcullis_bench_harness::{Case, allocations::Counting, instructions, report, rounds::measure};
use tower::ServiceExt;

use crate::{
    gates::Gates,
    render::{page, request},
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _entered = runtime.enter();
    render::prepare();
    runtime.block_on(compare());

    let case = |(row, about, gates)| Case::service(row, about, 200, page(gates), move || request(gates));
    let mut cases: Vec<Case> = CASES.into_iter().map(case).collect();
    let mut arguments = env::args_os().skip(1);
    match arguments.next() {
        // Under callgrind.
        Some(word) if word == "--count" => instructions::run(&runtime, &mut cases),
        file => {
            let mut rows = measure(&runtime, &mut cases, ROUNDS);
            if let Some(counted) = arguments.next() {
                let counts = instructions::read(Path::new(&counted)).expect("the folder of callgrind's files");
                for (row, count) in rows.iter_mut().zip(counts) {
                    row.instructions = Some(count);
                }
            }
            print!("{}", report::table(&rows, |row| CASES.iter().find(|case| case.0 == row).map_or("", |case| case.1)));
            if let Some(file) = file {
                fs::write(&file, report::json(&rows)).expect("the file can be written");
            }
        }
    }
}

/// The pages must say the same, but for the comments that Leptos finds its places by.
async fn compare() {
    let (without, with) = (read(Gates::SessionOnly).await, read(Gates::Twenty).await);
    assert_eq!(without, with, "the pages differ");
    assert_eq!(read(Gates::None).await, with, "the session shows on the page");
    assert_eq!(with.matches("data-part=\"can\"").count(), 18, "eighteen gates leave a mark of their own");
}

async fn read(gates: Gates) -> String {
    let Ok(response) = page(gates).oneshot(request(gates)).await;
    visible(std::str::from_utf8(response.body()).expect("text"))
}

/// The body without comments and without the data that scripts carry.
fn visible(html: &str) -> String {
    let body = html.split("<body>").nth(1).expect("a body");
    let mut visible = String::new();
    for (at, piece) in body.split("<!").enumerate() {
        let text = if at == 0 { piece } else { piece.split_once('>').map_or("", |(_, text)| text) };
        visible.push_str(text);
    }
    visible.split("<script").next().unwrap_or_default().to_owned()
}

const ROUNDS: usize = 51;

/// The first is what the others are compared with: gates with the same page, and the page with one
/// that knows of no session.
const CASES: [(&str, &str, Gates); 3] = [
    ("page", "the page, with the session in its state", Gates::SessionOnly),
    ("page_gates", "the same with twenty gates", Gates::Twenty),
    ("page_bare", "the page without session and gates", Gates::None),
];
