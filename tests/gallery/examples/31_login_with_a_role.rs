//! A login is a login.
use portcullis_middleware::require_login;

#[require_login("ORG_ADMIN")]
async fn me() {}

fn main() {}
