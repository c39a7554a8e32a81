//! A browser that signs in: follows redirects, keeps cookies, fills in the one form in its way.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::Full;
use url::{Url, form_urlencoded};

use crate::{
    Outcome,
    address::{CALLBACK, EMAIL, PASSWORD},
    connection::{Connection, Question},
};

/// No walk to a code is longer.
const STEPS: usize = 12;

/// Walks from the authorization endpoint to the callback, and gives the `Cookie` header of the browser that came there.
pub(crate) async fn sign_in(start: &Url) -> Outcome<String> {
    let mut connection = Connection::open(start).await?;
    let mut cookies = BTreeMap::new();
    let (mut at, mut form) = (start.clone(), None);
    for _ in 0..STEPS {
        let answer = connection.ask(question(&at, &cookies, form.take())?).await?;
        keep(&mut cookies, &answer.headers);
        if let Some(location) = answer.location() {
            if location.starts_with(CALLBACK) && location.contains("code=") {
                return Ok(header_of(&cookies));
            }
            at = at.join(location)?;
        } else if answer.status == StatusCode::OK {
            let page = String::from_utf8_lossy(&answer.body).into_owned();
            let (action, fields) = filled_in(&page).ok_or_else(|| format!("no form at {at}:\n{page}"))?;
            (at, form) = (at.join(&action)?, Some(fields));
        } else {
            return Err(answer.unexpected());
        }
    }
    Err(format!("no code after {STEPS} steps; the last one was {at}").into())
}

fn question(at: &Url, cookies: &BTreeMap<String, String>, form: Option<String>) -> Outcome<Question> {
    let method = if form.is_some() { Method::POST } else { Method::GET };
    let request = Request::builder()
        .method(method)
        .uri(at.as_str().strip_prefix(&at.origin().ascii_serialization()).unwrap_or("/"))
        .header(header::HOST, at.authority())
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, header_of(cookies));
    Ok(request.body(Full::new(Bytes::from(form.unwrap_or_default())))?)
}

/// Takes the cookies of an answer; an empty one is a cookie no more.
fn keep(cookies: &mut BTreeMap<String, String>, headers: &HeaderMap) {
    for line in headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
        let pair = line.split_once(';').map_or(line, |(pair, _)| pair);
        match pair.split_once('=') {
            Some((name, "")) => drop(cookies.remove(name)),
            Some((name, value)) => drop(cookies.insert(name.to_owned(), value.to_owned())),
            None => {}
        }
    }
}

fn header_of(cookies: &BTreeMap<String, String>) -> String {
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

/// Where the form of a sign-in page goes, and what it brings.
fn filled_in(page: &str) -> Option<(String, String)> {
    let (_, form) = page.split_once("<form")?;
    let (tag, form) = form.split_once('>')?;
    let (fields, _) = form.split_once("</form>")?;
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for input in fields.split("<input").skip(1).filter_map(|input| input.split('>').next()) {
        let value = match attribute(input, "name") {
            Some("email" | "login") => EMAIL,
            Some("password") => PASSWORD,
            Some(_) => attribute(input, "value").unwrap_or_default(),
            None => continue,
        };
        pairs.append_pair(attribute(input, "name")?, value);
    }
    Some((attribute(tag, "action")?.to_owned(), pairs.finish()))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_filled_in() {
        let page = r#"<h1>Sign in</h1><form method="post" action="/login"><input type="hidden" name="csrf" value="x y">
            <input id="email" name="email" type="email"><input required type="password" name="password"></form>"#;
        let filled = "csrf=x+y&email=ann%40bench.example&password=correct+horse+battery+staple";
        assert_eq!(filled_in(page), Some(("/login".to_owned(), filled.to_owned())));
    }
}
