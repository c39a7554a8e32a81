//! Ann's browser, signed on at the authorization server: no password is hashed on the way.

use axum::body::Body;
use http::Request;
use portcullis_provider::port::{Digest, SignOn, SignOns};

use crate::{
    answer::{Answer, ask},
    provider::{House, ann},
};

/// A house in which Ann is signed on, and strangers may sign up.
pub(crate) async fn signed_on() -> House {
    let house = House::open_to_strangers().await;
    let sign_on = SignOn {
        sid: "s1".to_owned(),
        user: ann(),
        auth_time: house.now(),
        amr: vec!["pwd".to_owned()],
        upstream: None,
    };
    house.store.insert_sign_on(&Digest::of(SIGN_ON), &sign_on, house.now() + 3600).await.unwrap();
    house
}

/// Her browser brings an authorization request, as a form.
pub(crate) async fn authorize(house: &House, form: &str) -> Answer {
    let request = Request::post("/oauth/authorize")
        .header("cookie", cookie())
        .header("content-type", "application/x-www-form-urlencoded");
    ask(&house.provider.router(), request.body(Body::from(form.to_owned())).unwrap()).await
}

/// Her cookies.
pub(crate) fn cookie() -> String {
    format!("__Host-portcullis-sso={SIGN_ON}; __Host-portcullis-login={}", "b".repeat(SIGN_ON.len()))
}

/// 43 letters, as every opaque value.
const SIGN_ON: &str = "ann-is-signed-on-in-this-browser-----------";
