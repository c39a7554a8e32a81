//! Redirect URIs (OAuth 2.1 section 4.1.1, RFC 8252 section 7.3): a code goes to a registered one or nowhere.

use portcullis_provider::port::Client;
use url::Url;

use crate::{
    ann,
    input::{encoded, text},
    provider::{CALLBACK, authorize_params, client},
    runtime::block_on,
};

/// The input is the redirect URI of a request that is in order otherwise.
pub fn redirect_uri(data: &[u8]) {
    // An empty one counts as left out.
    let Some(asked) = text(data).filter(|asked| !asked.is_empty()) else { return };
    block_on(async {
        let house = ann::signed_on().await;
        let redirect_uris = REGISTERED.map(str::to_owned).to_vec();
        house.store.put_client(Client { redirect_uris, ..client("native", true, None) });
        for client_id in ["portal", "native"] {
            let params = authorize_params(&[("client_id", client_id), ("redirect_uri", asked), ("prompt", "none")]);
            let params: Vec<_> = params.into_iter().collect();
            let answer = ann::authorize(&house, &encoded(&params)).await;
            let Some(location) = answer.location() else {
                answer.assert_page();
                assert!(asked != CALLBACK, "{answer:?}");
                continue;
            };
            assert!(location.starts_with(asked), "{location}");
            assert!(location[asked.len()..].starts_with(['?', '&']), "{location}");
            assert!(asked == CALLBACK || (client_id == "native" && is_registered(asked)), "{location}");
        }
    });
}

const REGISTERED: [&str; 4] =
    [CALLBACK, "http://127.0.0.1/callback", "http://[::1]:9/callback?x=1", "com.example.app:/callback"];

/// The rule again, by a parser of URLs: one of them, whatever the port of a loopback address.
fn is_registered(asked: &str) -> bool {
    let without_port = |uri: &str| {
        let mut url = Url::parse(uri).expect("a redirect URI is a URL");
        assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{uri}");
        if matches!(url.host_str(), Some("127.0.0.1" | "[::1]")) {
            url.set_port(None).unwrap();
        }
        url
    };
    REGISTERED.iter().any(|one| without_port(one) == without_port(asked))
}
