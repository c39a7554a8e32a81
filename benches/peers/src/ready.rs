//! Set-up in memory waits for nothing, though its functions are asynchronous.

use futures_util::future::FutureExt;
use tokio::task;

/// The outcome of a future that is ready at once.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    // Within a task, Tokio would have the ten-thousandth insertion wait.
    task::unconstrained(future).now_or_never().expect("nothing here waits")
}
