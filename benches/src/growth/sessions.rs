//! One request with ever more sessions warm, each as likely as any other; and what each takes.

use std::time::Duration;

use axum::routing::get;
use portcullis_bench_harness::token::ROLES;
use portcullis_bench_harness::{Case, allocations::allocated, rounds, token::SigningKey};
use tokio::runtime::Runtime;

use super::Line;
use crate::{
    guard::view,
    house::{Cookie, House, Stores, expect, organization, person, roles},
};

/// Nanoseconds for one request, and bytes of each session in the cache.
pub(super) fn lines(runtime: &Runtime, keys: &[SigningKey]) -> Vec<Line> {
    let sizes: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
    let (mut cases, mut bytes): (Vec<Case>, Vec<f64>) = (Vec::new(), Vec::new());
    for size in sizes {
        let (case, held) = case(runtime, keys, size);
        cases.push(case);
        bytes.push(held);
    }
    let rows = rounds::measure(runtime, &mut cases, 51);
    let sizes = || sizes.iter().map(|size| u64::from(*size));
    let mut lines = super::lines("sessions", "ns", sizes().zip(rows.iter().map(|row| row.ns)));
    lines.extend(super::lines("session_held", "bytes", sizes().zip(bytes)));
    lines
}

fn case(runtime: &Runtime, keys: &[SigningKey], size: u32) -> (Case, f64) {
    let _entered = runtime.enter();
    let (house, cookies) = runtime.block_on(furnish(keys, size));
    let service = house.serve(get(view));
    runtime.block_on(settle(size));
    let before = allocated();
    for cookie in &cookies {
        runtime.block_on(expect(&service, cookie.request(), 200));
    }
    runtime.block_on(settle(size));
    let held = (allocated() - before).held() as f64 / f64::from(size);

    let mut place = 0;
    let case = Case::fresh(format!("sessions_{size}"), "a warm session among others", 200, move |count| {
        let requests = (0..count).map(|_| {
            // A step that is prime to every size visits all of them, each far from the last.
            place = (place + 7_368_787) % cookies.len();
            cookies[place].request()
        });
        let requests = requests.collect();
        (service.clone(), requests)
    });
    (case, held)
}

/// Lets the tasks end that note the use of each session: they are not what a session takes.
async fn settle(size: u32) {
    tokio::time::sleep(Duration::from_millis(50) + Duration::from_micros(5) * size).await;
}

/// A house in which so many are signed in, and none of them was seen yet.
pub(super) async fn furnish(keys: &[SigningKey], size: u32) -> (House, Vec<Cookie>) {
    let mut stores = Stores::new(roles());
    stores.add_organization(organization(0), "acme");
    for number in 0..size {
        stores.add_member(person(number).id, organization(0), ROLES.into_iter().collect());
    }
    // Room for half as many again, so that none is dropped.
    let house = House::with_stores(stores, keys, size as usize * 3 / 2);
    let mut cookies = Vec::with_capacity(size as usize);
    for number in 0..size {
        cookies.push(house.sign_in(number).await);
    }
    (house, cookies)
}
