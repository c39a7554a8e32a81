//! The rows of the first table: what one guarded request costs.

use axum::{Router, body::Body, routing::get};
use portcullis_bench_harness::{
    Case,
    request::{ROUTE, browser},
    token::{SigningKey, claims, now},
};
use portcullis_middleware::{public, require_permission};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::house::{Cookie, House, expect, with_token};

/// How many tokens the rows of signatures take in turn.
const TOKENS: usize = 512;

pub(crate) async fn bare() -> &'static str {
    "ok"
}

#[public("everybody may read it")]
async fn open() -> &'static str {
    "ok"
}

#[require_permission("invoices:view")]
pub(crate) async fn view() -> &'static str {
    "ok"
}

#[require_permission("members:manage")]
async fn manage() -> &'static str {
    "ok"
}

/// Our rows, bare axum first; `others` is how many strangers are in each store and cache.
pub(crate) fn cases(runtime: &Runtime, keys: [SigningKey; 3], others: u32) -> Vec<Case> {
    let _entered = runtime.enter();
    let house = House::open(&keys, others);
    let cookie = runtime.block_on(furnish(&house, &keys[2], others));
    let guarded = || house.serve(get(view));
    let nobody = || browser().body(Body::empty()).unwrap();
    let session = {
        let cookie = cookie.clone();
        move || cookie.request()
    };

    let mut cases = vec![
        Case::service("bare", "axum 0.8, no guard at all", 200, Router::new().route(ROUTE, get(bare)), session.clone()),
        Case::service(
            "public",
            "a public route behind the gate, nobody signed in",
            200,
            house.serve(get(open)),
            nobody,
        ),
        Case::service("public_session", "the same with a warm session", 200, house.serve(get(open)), session.clone()),
        Case::service("session_warm", "a session seen before, one permission", 200, guarded(), session.clone()),
    ];
    for key in &keys {
        let token = key.token("warm");
        cases.push(Case::service(
            format!("bearer_{}_warm", key.name),
            "a token seen before, one permission",
            200,
            guarded(),
            move || with_token(&token),
        ));
    }
    cases.push(Case::service("refuse_anonymous", "401 with its problem document", 401, guarded(), nobody));
    cases.push(Case::service(
        "refuse_permission",
        "403 that names what is missing and who can grant it",
        403,
        house.serve(get(manage)),
        session,
    ));
    for key in &keys {
        cases.push(signature(key));
    }
    for key in keys {
        let (service, mut number) = (guarded(), 0);
        cases.push(Case::fresh(
            format!("bearer_{}_cold", key.name),
            "a token never seen: verified, its person and grants looked up, remembered",
            200,
            move |count| {
                let requests = (0..count).map(|_| {
                    number += 1;
                    with_token(&key.token(&format!("cold-{number}")))
                });
                let requests = requests.collect();
                (service.clone(), requests)
            },
        ));
    }
    cases
}

/// Signs the others in, warms as many tokens, and hands out the one session that is measured.
async fn furnish(house: &House, key: &SigningKey, others: u32) -> Cookie {
    let service = house.serve(get(view));
    for number in 1..others {
        expect(&service, house.sign_in(number).await.request(), 200).await;
        let mut claims = claims(&format!("other-{number}"));
        (claims["sub"], claims["exp"]) = (json!(crate::house::person(number).id), json!(now() + 3000));
        expect(&service, with_token(&key.sign(&claims)), 200).await;
    }
    house.sign_in(0).await
}

/// The signatures of such tokens alone, their key parsed long ago. Many in turn: a processor learns the way through
/// one that comes again and again, which no token that was never seen does for it.
fn signature(key: &SigningKey) -> Case {
    let signed: Vec<(String, Vec<u8>)> = (0..TOKENS)
        .map(|number| {
            let token = key.token(&format!("alone-{number}"));
            let (message, signature) = token.rsplit_once('.').unwrap();
            (message.to_owned(), portcullis_bench_harness::token::decode(signature))
        })
        .collect();
    let (verifier, mut number) = (key.verifier(), 0);
    Case::function(
        format!("signature_{}", key.name),
        "the signature of such a token alone, its key parsed long ago",
        move || {
            number = (number + 1) % signed.len();
            let (message, signature) = &signed[number];
            assert!(verifier.verifies(message.as_bytes(), signature));
        },
    )
}
