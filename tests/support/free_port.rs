//! A port that nobody uses at the moment.

use std::net::TcpListener;

/// Asks the system for a free port on 127.0.0.1.
///
/// Needed only where both sides must know the port before either starts; elsewhere ask for port 0.
///
/// # Panics
/// Where the system has none.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("the system has a free port");
    listener.local_addr().expect("a bound listener has an address").port()
}
