//! What an identity provider answers for a code: it signs somebody in by a good ID token, or nobody.

use crate::{
    input::{filled, json, text},
    key,
    relying_party::{Departure, RelyingParty, claims},
    runtime::block_on,
};

/// The input is the answer; `$TOKEN` stands for a good ID token.
pub fn token_answer(data: &[u8]) {
    let Some(text) = text(data) else { return };
    block_on(async {
        let relying_party = RelyingParty::new();
        let departure = Departure::of(&relying_party.begin("/").await);
        let good = key::sign(r#"{"alg":"ES256","kid":"k1"}"#, &claims(&departure.nonce));
        let told = filled(text, &[("$TOKEN", &good)]);
        let answer = relying_party.arrive(&departure, &told).await;
        if relying_party.knows(&answer, &departure).await {
            let told = json(&told);
            assert_eq!(told["id_token"], good);
            assert!(told["access_token"].is_string() && told["token_type"].is_string(), "{told}");
            assert_eq!(answer.location(), Some("/"));
        } else {
            assert_eq!(answer.status, 400, "{answer:?}");
        }
    });
}
