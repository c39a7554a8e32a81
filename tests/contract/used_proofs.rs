//! Proofs of possession that count once at a gate.

use http::Method;
use portcullis_middleware::{
    dpop::{Expected, ProofName, Target, verify},
    port::UsedProofs,
};

use crate::store::{NOW, Store};

/// The proofs of RFC 9449 sections 5 (figure 2) and 7.1 (figure 13).
fn names() -> [ProofName; 2] {
    let name = |proof, method, target, now| {
        let target = Target::parse(target).unwrap();
        let expected = Expected { method, target: &target, access_token: None, nonce: None, now };
        verify(proof, &expected).unwrap().name().clone()
    };
    [
        name(AT_TOKEN_ENDPOINT, &Method::POST, "https://server.example.com/token", 1_562_262_616),
        name(AT_RESOURCE, &Method::GET, "https://resource.example.org/protectedresource", 1_562_262_618),
    ]
}

pub(crate) async fn count_once_until_they_are_over(store: &Store) {
    let [one, other] = names();
    let used = &store.database;
    assert!(used.use_proof(&one, NOW + 66, NOW).await.unwrap());
    assert!(used.use_proof(&other, NOW + 66, NOW).await.unwrap());
    assert!(!used.use_proof(&one, NOW + 131, NOW + 65).await.unwrap());
    assert!(used.use_proof(&one, NOW + 132, NOW + 66).await.unwrap());
}

const AT_TOKEN_ENDPOINT: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
const AT_RESOURCE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
