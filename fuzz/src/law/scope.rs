//! Scopes (RFC 6749 section 3.3): what is granted was asked for, and is open to the client.

use axum::body::Body;
use http::Request;

use crate::{
    answer::ask,
    input::{encoded, text},
    provider::{House, SECRET, acme, basic},
    runtime::block_on,
};

/// The input is the scope that a service asks for.
pub fn scope(data: &[u8]) {
    let Some(asked) = text(data) else { return };
    block_on(async {
        let house = House::new().await;
        let form = encoded(&[("grant_type", "client_credentials"), ("scope", asked)]);
        let request = Request::post("/oauth/token")
            .header("authorization", basic("service", SECRET))
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = ask(&house.provider.router(), request.body(Body::from(form)).unwrap()).await;
        if answer.status != 200 {
            answer.assert_oauth_error();
            return;
        }
        let granted = answer.json()["scope"].as_str().unwrap_or_default().to_owned();
        for scope in granted.split(' ').filter(|scope| !scope.is_empty()) {
            assert!(asked.is_empty() || asked.split(' ').any(|one| one == scope), "{asked:?}: {granted}");
            let open = ["openid", "invoices:view", "invoices:pay"].contains(&scope);
            assert!(open || scope == "org:acme" || scope == format!("org:{}", acme()), "{granted}");
        }
        let again = asked.split(' ').filter(|scope| !scope.is_empty());
        assert!(again.clone().all(|scope| granted.split(' ').any(|one| one == scope)), "{asked:?}: {granted}");
    });
}
