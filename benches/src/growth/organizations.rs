//! One request of somebody who belongs to ever more organizations.

use axum::routing::get;
use portcullis_bench_harness::{
    Case, rounds,
    token::{ROLES, SigningKey},
};
use tokio::runtime::Runtime;

use super::Line;
use crate::{
    guard::view,
    house::{House, Stores, expect, organization, person, roles, slug},
};

/// In one organization all the time, and around all of them.
pub(super) fn lines(runtime: &Runtime, keys: &[SigningKey]) -> Vec<Line> {
    let sizes = [1, 100, 10_000];
    let mut cases: Vec<Case> = sizes.iter().map(|size| case(runtime, keys, *size, false)).collect();
    cases.extend(sizes.iter().map(|size| case(runtime, keys, *size, true)));
    let rows = rounds::measure(runtime, &mut cases, 51);
    let (staying, around) = rows.split_at(sizes.len());
    let values = |rows: &[portcullis_bench_harness::Row]| {
        sizes.iter().zip(rows).map(|(size, row)| (u64::from(*size), row.ns)).collect::<Vec<_>>()
    };
    let mut lines = super::lines("organizations", "ns", values(staying));
    lines.extend(super::lines("organizations_in_turn", "ns", values(around)));
    lines
}

fn case(runtime: &Runtime, keys: &[SigningKey], size: u32, in_turn: bool) -> Case {
    let _entered = runtime.enter();
    let mut stores = Stores::new(roles());
    for number in 0..size {
        stores.add_organization(organization(number), &slug(number));
        stores.add_member(person(0).id, organization(number), ROLES.into_iter().collect());
    }
    let house = House::with_stores(stores, keys, 1000);
    let cookie = runtime.block_on(house.sign_in(0));
    let service = house.serve(get(view));
    let path = |number: u32| format!("/o/{}/invoices", slug(number));
    for number in 0..size {
        runtime.block_on(expect(&service, cookie.request_to(&path(number)), 200));
    }
    let mut number = 0;
    Case::fresh(format!("organizations_{size}"), "a warm session", 200, move |count| {
        let requests = (0..count).map(|_| {
            number = if in_turn { (number + 1) % size } else { 0 };
            cookie.request_to(&path(number))
        });
        let requests = requests.collect();
        (service.clone(), requests)
    })
}
