//! What the modules are made of; each program in `bin/` puts together one of them.
//!
//! | program | holds |
//! | --- | --- |
//! | `signal` | one signal and a button: the floor of Leptos |
//! | `starter` | Leptos's own starter template: router, meta, one page with a counter |
//! | `bare` | an ordinary application: the same, and a list that a server function brings |
//! | `gates` | `bare` with our session and every gate |
//! | `switcher` | the same with the organization switcher |
//! | `starter-gates`, `starter-switcher` | our parts on top of `starter` |
#![recursion_limit = "256"]

pub mod guarded;
pub mod ordinary;
pub mod permissions;
pub mod signal;
pub mod starter;
