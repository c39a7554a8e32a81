//! `Cookie` at the gate: a session that is not there is never nobody's and never anybody's.

use http::HeaderValue;

use crate::{
    house::{COOKIE, House, ask_both},
    input::{filled, text},
    runtime::block_on,
};

/// Each line of the input is a value of the header; `$SESSION` stands for a session that is there.
pub fn session_cookie(data: &[u8]) {
    let Some(text) = text(data) else { return };
    block_on(async {
        let house = House::open();
        let good = house.sign_in().await;
        let text = filled(text, &[("$SESSION", &good)]);
        let Ok(headers) = text
            .split('\n')
            .map(|line| HeaderValue::from_bytes(line.as_bytes()).map(|value| ("cookie", value)))
            .collect::<Result<Vec<_>, _>>()
        else {
            return;
        };
        let mut sessions: Vec<&[u8]> = headers
            .iter()
            .flat_map(|(_, value)| value.as_bytes().split(|byte| *byte == b';'))
            .filter_map(ours)
            .collect();
        sessions.dedup();
        let [_, known] = ask_both(&house.portal(), !sessions.is_empty(), &headers).await;
        assert_eq!(known.status == 200, sessions == [good.as_bytes()], "{text:?}");
    });
}

/// What our cookie holds, where this pair is ours.
fn ours(pair: &[u8]) -> Option<&[u8]> {
    pair.trim_ascii().strip_prefix(COOKIE.as_bytes())?.strip_prefix(b"=")
}
