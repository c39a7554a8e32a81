//! Changes travel between the nodes on one PostgreSQL database by `LISTEN` and `NOTIFY`.
//!
//! On SQLite there is one node, and its bus is enough.

use std::{sync::Arc, time::Duration};

use portcullis_middleware::port::{Change, ChangeBus};
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, postgres::PgListener};
use tokio::task::JoinHandle;

use crate::{ConnectError, Database, engine::Engine, stored};

const CHANNEL: &str = "portcullis_changes";

/// PostgreSQL takes payloads below 8,000 bytes.
const LARGEST_PAYLOAD: usize = 7_900;

/// A change on its way, with the node it comes from.
#[derive(Serialize, Deserialize)]
struct Message {
    node: String,
    change: Change,
}

/// The task that hears of other nodes' changes; it ends when this is dropped.
#[derive(Debug)]
pub struct Listening(Option<JoinHandle<()>>);

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl Database {
    /// Begins to feed changes of other nodes into the bus. On SQLite there are none.
    ///
    /// What may have been missed while the connection was lost is published as [`Change::Lost`].
    ///
    /// # Errors
    /// When the database does not answer at the start; later it is tried again.
    pub async fn listen(&self) -> Result<Listening, ConnectError> {
        match self.engine {
            Engine::PostgreSql => {
                let listener = subscribe(self.url.expose()).await.map_err(ConnectError::Open)?;
                let ear = Ear { url: self.url.expose().clone(), node: self.node.clone(), bus: self.changes.clone() };
                Ok(Listening(Some(tokio::spawn(ear.hear(listener)))))
            }
            Engine::Sqlite => Ok(Listening(None)),
        }
    }

    /// Notifies the other nodes when the transaction commits.
    pub(crate) async fn notify(&self, connection: &mut AnyConnection, news: &[Change]) -> Result<(), sqlx::Error> {
        if self.engine == Engine::Sqlite {
            return Ok(());
        }
        for change in news {
            let payload = self.payload(change.clone())?;
            let payload = if payload.len() > LARGEST_PAYLOAD { self.payload(Change::Lost)? } else { payload };
            sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(&mut *connection).await?;
        }
        Ok(())
    }

    fn payload(&self, change: Change) -> Result<String, sqlx::Error> {
        stored::to_json(&Message { node: self.node.as_ref().to_owned(), change })
    }
}

async fn subscribe(url: &str) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

struct Ear {
    url: Arc<str>,
    node: Arc<str>,
    bus: ChangeBus,
}

impl Ear {
    async fn hear(self, mut listener: PgListener) {
        loop {
            match listener.try_recv().await {
                Ok(Some(notification)) => self.pass_on(notification.payload()),
                // The listener has connected again; what was said meanwhile is lost.
                Ok(None) => self.bus.publish(Change::Lost),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "changes of other nodes are not heard");
                    self.bus.publish(Change::Lost);
                    listener = self.subscribe_again().await;
                    self.bus.publish(Change::Lost);
                }
            }
        }
    }

    async fn subscribe_again(&self) -> PgListener {
        let mut pause = Duration::from_millis(100);
        loop {
            match subscribe(&self.url).await {
                Ok(listener) => return listener,
                Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "no connection yet"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    fn pass_on(&self, payload: &str) {
        match serde_json::from_str::<Message>(payload) {
            Ok(message) if message.node == *self.node => {}
            Ok(message) => self.bus.publish(message.change),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a change of another node cannot be read");
                self.bus.publish(Change::Lost);
            }
        }
    }
}
