//! One kept-alive connection that asks one request after the other.

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde::de::Deserialize;
use tokio::net::TcpStream;
use url::Url;

use crate::Outcome;

/// A request as this bench sends it.
pub(crate) type Question = Request<Full<Bytes>>;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

/// A whole response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Connection {
    /// Connects to the server of this address.
    pub(crate) async fn open(server: &Url) -> Outcome<Self> {
        let stream = TcpStream::connect(server.socket_addrs(|| None)?.as_slice()).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    /// Asks, and reads the answer to its end.
    pub(crate) async fn ask(&mut self, question: Question) -> Outcome<Answer> {
        self.0.ready().await?;
        let (head, body) = self.0.send_request(question).await?.into_parts();
        Ok(Answer { status: head.status, headers: head.headers, body: body.collect().await?.to_bytes() })
    }
}

impl Answer {
    /// Where it sends the browser, if it does.
    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION)?.to_str().ok().filter(|_| self.status.is_redirection())
    }

    /// What a 200 says.
    pub(crate) fn json<'a, T: Deserialize<'a>>(&'a self) -> Outcome<T> {
        if self.status == StatusCode::OK { Ok(serde_json::from_slice(&self.body)?) } else { Err(self.unexpected()) }
    }

    /// The bench stops at an answer like this.
    pub(crate) fn unexpected(&self) -> Box<dyn std::error::Error + Send + Sync> {
        let body = String::from_utf8_lossy(&self.body);
        format!("an answer that was not expected: {} {:?} {body}", self.status, self.location()).into()
    }
}
