//! Where a sign-in returns to: a path of our own origin, however it is written.

use url::Url;

use crate::{
    house::ORIGIN,
    input::text,
    key,
    relying_party::{Departure, ISSUER, RelyingParty, claims, token_answer},
    runtime::block_on,
};

/// The input is `return_to` of a sign-in that succeeds.
pub fn return_to(data: &[u8]) {
    let Some(asked) = text(data) else { return };
    block_on(async {
        let relying_party = RelyingParty::new();
        let departure = Departure::of(&relying_party.begin(asked).await);
        assert!(departure.to.starts_with(&format!("{ISSUER}/authorize?")), "{}", departure.to);
        let id_token = key::sign(r#"{"alg":"ES256","kid":"k1"}"#, &claims(&departure.nonce));
        let answer = relying_party.arrive(&departure, &token_answer(&id_token)).await;
        assert!(relying_party.knows(&answer, &departure).await, "{answer:?}");
        let location = answer.location().expect("the browser is sent on");
        assert!(location == asked || location == "/", "{asked:?}: {location}");
        // As a browser reads it.
        let origin: Url = ORIGIN.parse().unwrap();
        assert_eq!(origin.join(location).expect("a URL").origin(), origin.origin(), "{location}");
    });
}
