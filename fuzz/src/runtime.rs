//! The one runtime of a fuzz target, on the thread that asks.

use std::sync::LazyLock;

use tokio::runtime::{Builder, Runtime};

/// Waits for an answer.
pub(crate) fn block_on<F: Future>(asking: F) -> F::Output {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().enable_time().build().unwrap());
    RUNTIME.block_on(asking)
}
