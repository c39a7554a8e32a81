//! The cookies of one visitor: name, value and path, as far as one host needs them.

use http::HeaderMap;
use http::header::SET_COOKIE;

/// The cookies of one host; like a browser, it does not tell ports apart.
#[derive(Clone, Debug, Default)]
pub struct CookieJar {
    cookies: Vec<Cookie>,
}

#[derive(Clone, Debug)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

impl CookieJar {
    /// Takes what an answer sets, and drops what it takes back.
    pub fn receive(&mut self, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let mut parts = header.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let (mut path, mut ended) = ("/", false);
            for (key, value) in parts.map(|part| part.split_once('=').unwrap_or((part, ""))) {
                match key.to_ascii_lowercase().as_str() {
                    "path" => path = value,
                    "max-age" => ended = value.parse::<i64>().is_ok_and(|seconds| seconds <= 0),
                    "expires" => ended |= value.contains(" 1970 "),
                    _ => {}
                }
            }
            self.cookies.retain(|cookie| cookie.name != name || cookie.path != path);
            if !ended {
                self.cookies.push(Cookie { name: name.to_owned(), value: value.to_owned(), path: path.to_owned() });
            }
        }
    }

    /// The `Cookie` header for a path, if any cookie goes there.
    #[must_use]
    pub fn header(&self, path: &str) -> Option<String> {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .filter(|cookie| cookie.goes_to(path))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// The value of a cookie.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.as_str())
    }

    /// Puts a cookie in by hand, as an attacker would.
    pub fn set(&mut self, name: &str, value: &str) {
        self.cookies.retain(|cookie| cookie.name != name);
        self.cookies.push(Cookie { name: name.to_owned(), value: value.to_owned(), path: "/".to_owned() });
    }
}

impl Cookie {
    /// RFC 6265, section 5.1.4.
    fn goes_to(&self, path: &str) -> bool {
        path.strip_prefix(self.path.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_to_its_path_until_it_is_taken_back() {
        let mut jar = CookieJar::default();
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, "a=1; Path=/auth; HttpOnly".parse().unwrap());
        headers.append(SET_COOKIE, "b=2".parse().unwrap());
        jar.receive(&headers);
        assert_eq!(jar.header("/auth/login").as_deref(), Some("a=1; b=2"));
        assert_eq!(jar.header("/authors").as_deref(), Some("b=2"));

        headers.insert(SET_COOKIE, "b=; Max-Age=0; Path=/".parse().unwrap());
        jar.receive(&headers);
        assert_eq!(jar.header("/"), None);
    }
}
