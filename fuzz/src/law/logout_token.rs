//! Header and claims of a logout token (OpenID Connect Back-Channel Logout section 2.6): it ends what it names.

use serde_json::Value;

use crate::{
    house::NOW,
    input::{json, lines},
    key,
    relying_party::{CLIENT, ISSUER, RelyingParty},
    runtime::block_on,
};

/// The first line of the input is the header, the rest are the claims; the provider's key signs both as they are.
pub fn logout_token(data: &[u8]) {
    let Some([header, claims]) = lines(data) else { return };
    block_on(async {
        let relying_party = RelyingParty::new();
        let (departure, signed_in) = relying_party.sign_in().await;
        let answer = relying_party.log_out(&key::sign(header, claims)).await;
        let known = relying_party.knows(&signed_in, &departure).await;
        if answer.status == 200 {
            let names_her = is_meant(header, claims);
            assert_eq!(known, !names_her, "{header}\n{claims}");
        } else {
            assert!(answer.status == 400 && known, "{answer:?}");
            assert_eq!(answer.json()["error"], "invalid_request");
        }
    });
}

/// The rules again, read by another parser; whether it names Ann's session.
fn is_meant(header: &str, claims: &str) -> bool {
    let [header, claims] = [header, claims].map(json);
    let aud = &claims["aud"];
    assert_eq!(header["alg"], "ES256");
    assert!(header.get("crit").is_none_or(Value::is_null));
    assert_eq!(claims["iss"], ISSUER);
    assert!(aud == CLIENT || aud.as_array().is_some_and(|all| all.iter().any(|one| one == CLIENT)));
    assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert!(claims.get("nonce").is_none());
    assert!(claims["jti"].as_str().is_some_and(|jti| !jti.is_empty()));
    assert!(claims["exp"].as_f64().unwrap() + 30.0 > NOW as f64);
    let fits = |claim: &str, hers: &str| claims.get(claim).is_none_or(|stated| stated == hers);
    fits("sub", "ann") && fits("sid", "s1")
}
