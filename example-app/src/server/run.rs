//! Listens, serves, and ends cleanly on SIGINT or SIGTERM.

use std::{io::Write, net::SocketAddr, time::Duration};

use portcullis_middleware::port::Change;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::{Portal, StartError, config::Settings};

/// How long requests in flight may take after the signal.
const GRACE: Duration = Duration::from_secs(30);

/// Runs the portal until it is told to stop.
///
/// # Errors
/// When it cannot start.
pub async fn run(settings: Settings) -> Result<(), StartError> {
    let listener = TcpListener::bind(settings.addr()?).await.map_err(StartError::Listen)?;
    let addr = listener.local_addr().map_err(StartError::Listen)?;
    let portal = Portal::start(settings, addr).await?;
    announce(addr);
    let service = portal.service().into_make_service_with_connect_info::<SocketAddr>();
    let closing = portal.changes();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        told_to_stop().await;
        closing.publish(Change::Closing);
    });
    tokio::select! {
        ended = async { server.await } => ended.map_err(StartError::Listen)?,
        () = async { told_to_stop().await; tokio::time::sleep(GRACE).await } => {}
    }
    portal.close().await;
    Ok(())
}

/// The one line on standard output that others wait for.
fn announce(addr: SocketAddr) {
    let mut out = std::io::stdout().lock();
    let _nobody_reads_it = writeln!(out, "listening on http://{addr}").and_then(|()| out.flush());
}

async fn told_to_stop() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
