//! The throughput of two threads against one: on a session that both use, and on ten thousand.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::Instant,
};

use axum::{Router, body::Body, response::Response, routing::get};
use http::Request;
use portcullis_bench_harness::{request::ROUTE, rounds::median, token::SigningKey};
use tokio::runtime::{Builder, Runtime};
use tower::{Service, ServiceExt};

use super::Line;
use crate::{
    guard::{bare, view},
    house::Cookie,
};

/// How many requests each thread sends in a round.
const REQUESTS: usize = 20_000;

/// How many rounds, with one thread and with two in turn.
const ROUNDS: usize = 25;

/// Twice the throughput would be two.
pub(super) fn lines(keys: &[SigningKey]) -> Vec<Line> {
    let runtime = runtime();
    let _entered = runtime.enter();
    let (house, cookies) = runtime.block_on(super::sessions::furnish(keys, 10_000));
    let service = house.serve(get(view));
    for cookie in &cookies {
        runtime.block_on(crate::house::expect(&service, cookie.request(), 200));
    }
    let cookies = Arc::new(cookies);
    let bare = Router::new().route(ROUTE, get(bare));

    let both = |throughput: f64| [(1, 1.0), (2, throughput)];
    let hot = |cookies: &[Cookie], _: usize| cookies[0].request();
    let cold = |cookies: &[Cookie], number: usize| cookies[number * 7919 % cookies.len()].request();
    let mut lines = super::lines("threads_bare", "× one", both(scaling(&bare, &cookies, hot)));
    lines.extend(super::lines("threads_hot_session", "× one", both(scaling(&service, &cookies, hot))));
    lines.extend(super::lines("threads_cold_sessions", "× one", both(scaling(&service, &cookies, cold))));
    lines
}

/// How much more two threads do than one.
fn scaling<S>(service: &S, cookies: &Arc<Vec<Cookie>>, request: fn(&[Cookie], usize) -> Request<Body>) -> f64
where
    S: Service<Request<Body>, Response = Response, Error = std::convert::Infallible> + Clone + Send + 'static,
{
    let ratios = (0..ROUNDS).map(|_| {
        let (one, two) = (round(1, service, cookies, request), round(2, service, cookies, request));
        2.0 * one / two
    });
    median(ratios.collect())
}

/// The mean nanoseconds that so many threads need for their requests, all at once.
fn round<S>(
    threads: usize,
    service: &S,
    cookies: &Arc<Vec<Cookie>>,
    request: fn(&[Cookie], usize) -> Request<Body>,
) -> f64
where
    S: Service<Request<Body>, Response = Response, Error = std::convert::Infallible> + Clone + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(threads));
    let running: Vec<_> = (0..threads)
        .map(|number| {
            let (mut service, cookies, barrier) = (service.clone(), Arc::clone(cookies), Arc::clone(&barrier));
            thread::spawn(move || {
                let runtime = runtime();
                let requests: Vec<_> =
                    (0..REQUESTS).map(|index| request(&cookies, number * REQUESTS + index)).collect();
                barrier.wait();
                let start = Instant::now();
                runtime.block_on(tokio::task::unconstrained(async {
                    for request in requests {
                        let Ok(ready) = service.ready().await;
                        let Ok(response) = ready.call(request).await;
                        assert_eq!(response.status(), 200);
                    }
                }));
                start.elapsed().as_nanos() as f64
            })
        })
        .collect();
    let times: Vec<f64> = running.into_iter().map(|thread| thread.join().expect("a thread that ends")).collect();
    times.iter().sum::<f64>() / times.len() as f64
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
