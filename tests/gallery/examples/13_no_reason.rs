//! Open to everybody, and nobody knows why.
use portcullis_middleware::public;

#[public]
async fn healthz() {}

#[public(" ")]
async fn readyz() {}

fn main() {}
