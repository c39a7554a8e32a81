//! `Authorization` at the gate (RFC 6750, RFC 9449): a token that is not good is never nobody's and never anybody's.

use http::HeaderValue;

use crate::{
    house::{House, ISSUER, NOW, ORIGIN, ask_both},
    input::{filled, text},
    key,
    runtime::block_on,
};

/// Each line of the input is a value of the header; `$TOKEN` stands for a good token, `$KEY` for a good API key.
pub fn bearer_token(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let good = key::sign(HEADER, &claims());
    let house = House::open();
    let key = house.api_key();
    let text = filled(text, &[("$TOKEN", &good), ("$KEY", &key)]);
    let Ok(headers) = text
        .split('\n')
        .map(|line| HeaderValue::from_bytes(line.as_bytes()).map(|value| ("authorization", value)))
        .collect::<Result<Vec<_>, _>>()
    else {
        return;
    };
    let tokens: Vec<_> = headers.iter().filter_map(|(_, value)| token(value.as_bytes())).collect();
    block_on(async {
        let [_, known] = ask_both(&house.portal(), !tokens.is_empty(), &headers).await;
        let is_good = matches!(tokens.as_slice(), [(scheme, token)]
            if scheme.eq_ignore_ascii_case(b"bearer")
                && token.starts_with(b" ")
                && [&good, &key].iter().any(|good| token.trim_ascii() == good.as_bytes()));
        assert_eq!(known.status == 200, is_good, "{text:?}");
    });
}

/// What a header presents under a scheme of ours (RFC 9110 section 11.4: a scheme ends where its letters end).
fn token(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let end = value.iter().position(|byte| !is_letter(byte)).unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    ["bearer", "dpop"].iter().any(|ours| scheme.eq_ignore_ascii_case(ours.as_bytes())).then_some((scheme, rest))
}

const HEADER: &str = r#"{"alg":"ES256","kid":"k1","typ":"at+jwt"}"#;

fn claims() -> String {
    format!(r#"{{"iss":"{ISSUER}","aud":"{ORIGIN}","sub":"ann","exp":{},"jti":"t1"}}"#, NOW + 600)
}
