//! One permission check with ever more permissions in the catalogue.

use std::{hint::black_box, str};

use portcullis_bench_harness::{Case, rounds};
use portcullis_core::{
    GrantSet, Permission, PermissionSet, Requirement, RoleSet, Standing, decide,
    permission::{Catalogue, PermissionInfo},
};
use tokio::runtime::Runtime;

use super::Line;

/// How many checks one run makes: a single one is too short to be timed.
const CHECKS: usize = 1000;

#[derive(Clone, Copy, Debug)]
struct Many;

const MOST: usize = 10_000;

impl Catalogue for Many {
    const ENTRIES: &'static [PermissionInfo] = &entries();
}

static KEYS: [[u8; 9]; MOST] = keys();

const fn keys() -> [[u8; 9]; MOST] {
    let mut keys = [*b"many:0000"; MOST];
    let mut index = 0;
    while index < MOST {
        let (mut rest, mut place) = (index, 9);
        while place > 5 {
            place -= 1;
            keys[index][place] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        index += 1;
    }
    keys
}

const fn entries() -> [PermissionInfo; MOST] {
    let mut entries = [PermissionInfo::new("many:0000"); MOST];
    let mut index = 0;
    while index < MOST {
        entries[index] = match str::from_utf8(&KEYS[index]) {
            Ok(key) => PermissionInfo::new(key),
            Err(_) => panic!("digits are text"),
        };
        index += 1;
    }
    entries
}

/// A member who holds every other permission, asked for permissions from all over the catalogue.
pub(super) fn lines(runtime: &Runtime) -> Vec<Line> {
    let sizes = [10, 100, 1_000, 10_000];
    let mut cases: Vec<Case> = sizes.iter().map(|size| case(*size)).collect();
    let rows = rounds::measure(runtime, &mut cases, 51);
    super::lines("check", "ns", sizes.iter().zip(rows).map(|(size, row)| (*size as u64, row.ns / CHECKS as f64)))
}

fn case(size: usize) -> Case {
    let all: Vec<Permission> = Many::VOCABULARY.iter().take(size).map(|(permission, _)| permission).collect();
    let held: PermissionSet = all.iter().copied().step_by(2).collect();
    let grants = GrantSet::new(RoleSet::default().iter().cloned(), held, 1);
    // 7919 is prime and larger than no catalogue's step: the checks visit all parts.
    let asked: Vec<Requirement> =
        (0..CHECKS).map(|number| Requirement::Permission(all[number * 7919 % size / 2 * 2])).collect();
    Case::function(format!("check_{size}"), "one permission asked of a set", move || {
        for requirement in &asked {
            let _seen = black_box(decide(Standing::Member(black_box(&grants)), requirement));
        }
    })
}
