//! A server that is measured: a process on the servers' core, with a browser that is signed on there.

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use crate::{
    Outcome,
    address::{CALLBACK, CHALLENGE, CLIENT_ID, CLIENT_SECRET, SCOPE},
    browser,
    connection::{Connection, Question},
    database::Empty,
    processor,
};

/// Whose server it is, on which database.
#[derive(Debug)]
pub(crate) struct Contender {
    /// How messages call it.
    pub(crate) name: String,
    /// The resource of tokens that it can introspect, where it is not the default one.
    introspectable: Option<&'static str>,
    endpoints: Endpoints,
    cookie: String,
    process: Process,
}

/// What discovery says.
#[derive(Debug, Deserialize)]
struct Endpoints {
    authorization_endpoint: Url,
    token_endpoint: Url,
    introspection_endpoint: Url,
}

impl Contender {
    /// Ours, on a database.
    pub(crate) async fn ours(database: &Empty) -> Outcome<Self> {
        let mut command = processor::pinned(&env::current_exe()?);
        Self::start(format!("ours, {}", database.name), command.args(["serve", &database.url]), None).await
    }

    /// npm's `oidc-provider` on a database, or with its records in memory; it introspects only opaque tokens.
    pub(crate) async fn peer(script: &Path, database: Option<&Empty>) -> Outcome<Self> {
        let name = format!("oidc-provider, {}", database.map_or("memory", |database| database.name));
        let mut command = processor::pinned(Path::new("node"));
        command.arg(script).args(database.map(|database| &database.url)).env("NODE_ENV", "production");
        Self::start(name, &mut command, Some(OPAQUE)).await
    }

    async fn start(name: String, command: &mut Command, introspectable: Option<&'static str>) -> Outcome<Self> {
        let process = Process(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?);
        let (process, address) = process.when_ready()?;
        let mut connection = Connection::open(&address).await?;
        let discovery = address.join("/.well-known/openid-configuration")?;
        let endpoints = connection.ask(request(&discovery).body(Full::default())?).await?.json()?;
        let mut contender = Self { name, introspectable, endpoints, cookie: String::new(), process };
        contender.cookie = browser::sign_in(&contender.authorization(None)).await?;
        Ok(contender)
    }

    /// Opens a connection to it.
    pub(crate) async fn connect(&self) -> Outcome<Connection> {
        Connection::open(&self.endpoints.token_endpoint).await
    }

    /// How much of its core it has had.
    pub(crate) fn spent(&self) -> Outcome<Duration> {
        processor::spent(self.process.0.id())
    }

    /// An authorization request of the browser that is signed on.
    pub(crate) fn authorize(&self, introspectable: bool) -> Outcome<Question> {
        let resource = self.introspectable.filter(|_| introspectable);
        let request = request(&self.authorization(resource)).header(header::COOKIE, &self.cookie);
        Ok(request.header(header::ACCEPT, "text/html").body(Full::default())?)
    }

    /// A token request of the client.
    pub(crate) fn token(&self, pairs: &[(&str, &str)]) -> Outcome<Question> {
        form(&self.endpoints.token_endpoint, pairs)
    }

    /// The client asks what a token is worth.
    pub(crate) fn introspect(&self, token: &str) -> Outcome<Question> {
        form(&self.endpoints.introspection_endpoint, &[("token", token)])
    }

    fn authorization(&self, resource: Option<&str>) -> Url {
        let mut url = self.endpoints.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", CLIENT_ID)
            .append_pair("redirect_uri", CALLBACK)
            .append_pair("scope", SCOPE)
            .append_pair("state", "af0ifjsldkj")
            .append_pair("nonce", "n-0S6_WzA2Mj")
            .append_pair("code_challenge", CHALLENGE)
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(resource.map(|resource| ("resource", resource)));
        url
    }
}

fn form(to: &Url, pairs: &[(&str, &str)]) -> Outcome<Question> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let credentials = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    let request = request(to)
        .method("POST")
        .header(header::AUTHORIZATION, format!("Basic {credentials}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    Ok(request.body(Full::new(Bytes::from(body)))?)
}

fn request(to: &Url) -> http::request::Builder {
    let path = to.as_str().strip_prefix(&to.origin().ascii_serialization()).unwrap_or("/").to_owned();
    Request::builder().uri(path).header(header::HOST, to.authority())
}

/// A server that ends with the bench.
#[derive(Debug)]
struct Process(Child);

impl Process {
    /// Waits for the line that says where it listens.
    fn when_ready(mut self) -> Outcome<(Self, Url)> {
        let mut out = BufReader::new(self.0.stdout.take().ok_or("the server's output is closed")?);
        let mut line = String::new();
        while out.read_line(&mut line)? > 0 {
            if let Some(address) = line.strip_prefix("listening on ") {
                let address = address.trim_end().parse()?;
                // Kept open: a server that has something more to say is not to fail by it.
                self.0.stdout = Some(out.into_inner());
                return Ok((self, address));
            }
            line.clear();
        }
        Err("a server ended before it listened; what failed stands above".into())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone_already = self.0.kill();
        let _gone_already = self.0.wait();
    }
}

/// The peer's resource whose tokens are opaque.
const OPAQUE: &str = "https://opaque.bench.example";
