//! Metadata that a request could bend.

use http::Method;
use portcullis_tests::Visitor;

use crate::client::{portal, send};

#[tokio::test]
async fn metadata_never_come_from_the_host_header() {
    let portal = portal();
    let nobody = Visitor::anonymous(&portal);
    let bent = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "https")];
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let answer = send(&nobody, Method::GET, path, &bent).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["issuer"], portal.base());
        assert!(!answer.body.contains("evil.example"), "{}", answer.body);
    }
    let away = send(&nobody.wanting_pages(), Method::GET, "/auth/login?provider=local", &bent).await;
    assert!(away.location().unwrap().as_str().starts_with(portal.base()), "{:?}", away.location());
}
