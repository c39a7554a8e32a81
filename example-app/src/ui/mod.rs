//! The portal's pages: rendered whole on the server, woken up in the browser.
#![expect(unreachable_pub, reason = "`#[component]` repeats the visibility on an inner function")]

mod app;
mod block;
mod data;
pub mod demo;
mod format;
mod frame;
mod icon;
mod page;
mod problem;
pub mod shell;
#[cfg(feature = "ssr")]
pub mod standalone;

pub use app::App;
pub use shell::shell;
